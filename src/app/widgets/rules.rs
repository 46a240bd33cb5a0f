//! The rules of retention as a form: a switch and a limit each. Knows no policy: whoever reads what is
//! typed says what is wrong with it.

use eframe::egui::{Frame, Margin, Ui};

use super::form;
use crate::app::theme::{size, space};

/// Width of a limit.
const FIELD: f32 = 72.0;

/// One rule as it is typed.
#[derive(Debug)]
pub struct Rule<'a> {
    /// Whether it holds.
    pub on: &'a mut bool,
    /// Its limit.
    pub typed: &'a mut String,
    /// What is wrong with it, if anything.
    pub problem: Option<String>,
}

/// All rules.
#[derive(Debug)]
pub struct Rules<'a> {
    /// Keep the newest so many.
    pub keep: Rule<'a>,
    /// Delete what is older.
    pub older_than: Rule<'a>,
    /// Delete the oldest while all together take more.
    pub max_total: Rule<'a>,
    /// Delete the oldest until so much of the disk is free.
    pub min_free: Rule<'a>,
}

impl Rules<'_> {
    /// Draws them; whether something changed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let keep = line(
            ui,
            self.keep,
            "Keep the newest",
            "sessions",
            "Number of sessions kept",
        );
        let older = line(
            ui,
            self.older_than,
            "Delete older than",
            "12h, 7d, 3w",
            "Age limit",
        );
        let total = line(
            ui,
            self.max_total,
            "Limit all to",
            "500MB, 20GB",
            "Limit of all sizes",
        );
        let free = line(
            ui,
            self.min_free,
            "Keep free on disk",
            "10GB",
            "Free disk kept",
        );
        keep | older | total | free
    }
}

fn line(ui: &mut Ui, rule: Rule<'_>, words: &str, unit: &str, name: &str) -> bool {
    let mut changed = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let left = ui.cursor().left();
        changed |= form::check(ui, rule.on, words).changed();
        ui.add_space((left + form::LABELS + space::S - ui.cursor().left()).max(0.0));
        let shown_problem = rule.problem.as_deref().filter(|_| *rule.on);
        ui.add_enabled_ui(*rule.on, |ui| {
            changed |= form::field(ui, rule.typed, name, FIELD, shown_problem).changed();
            form::hint(ui, unit, None);
        });
    });
    if *rule.on
        && let Some(problem) = &rule.problem
    {
        // Under the word of the switch, and within the width of the form.
        let under = Margin {
            left: (size::ICON + space::S) as i8,
            ..Margin::ZERO
        };
        Frame::new()
            .inner_margin(under)
            .show(ui, |ui| form::hint(ui, "", Some(problem)));
    }
    changed
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    /// Rules as a model would hold them; a limit must be a number here.
    #[derive(Debug, Default)]
    pub(crate) struct Typed([(bool, String); 4]);

    impl Typed {
        pub(crate) fn rules(&mut self) -> Rules<'_> {
            let [keep, older_than, max_total, min_free] = self.0.each_mut().map(|(on, typed)| {
                let problem = typed
                    .parse::<u32>()
                    .err()
                    .map(|_| format!("{typed:?} is not a number"));
                Rule { on, typed, problem }
            });
            Rules {
                keep,
                older_than,
                max_total,
                min_free,
            }
        }
    }

    #[test]
    fn a_rule_is_switched_on_and_its_limit_typed() {
        let mut window = harness(
            (Typed::default(), 0),
            |ui, (typed, changes): &mut (Typed, i32)| {
                *changes += i32::from(typed.rules().show(ui));
            },
        );
        assert!(
            window.query_by_label("\"\" is not a number").is_none(),
            "it is off"
        );
        window.get_by_label("Keep the newest").click();
        window.run();
        assert!(window.query_by_label("\"\" is not a number").is_some());
        window.get_by_label("Number of sessions kept").focus();
        window.run();
        window
            .get_by_label("Number of sessions kept")
            .type_text("12");
        window.run();
        assert_eq!(window.state().0.0[0], (true, "12".to_owned()));
        assert_eq!(window.state().1, 2);
        assert!(window.query_by_label("\"12\" is not a number").is_none());
    }
}
