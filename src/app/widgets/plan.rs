//! What a cleanup would do, as a list: what goes and why, then what stays only because it is protected.

use chrono::{DateTime, FixedOffset};
use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::list::{List, Row};
use super::number::{self, Bytes};
use super::paint;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::theme::{self, Palette, size, space};
use crate::session::{Doomed, Plan, Reason, Spared, text};

/// Width of the column of ages.
const AGE: f32 = 88.0;

/// Width of the column of ids.
const ID: f32 = 168.0;

/// Narrower rows leave the age out.
const NARROW: f32 = 420.0;

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Line<'a> {
    /// Nothing goes: so many stay.
    Nothing(usize),
    Goes(&'a Doomed),
    /// The heading over so many that stay though a rule would take them.
    Spared(usize),
    /// The heading over so many others that are protected.
    Safe(usize),
    Stays(&'a Spared),
}

/// Those that stay because they are protected, each group with its heading.
fn groups(plan: &Plan) -> impl Iterator<Item = (Line<'static>, &[Spared])> {
    let spared = (Line::Spared(plan.spared.len()), plan.spared.as_slice());
    let safe = (Line::Safe(plan.safe.len()), plan.safe.as_slice());
    [spared, safe]
        .into_iter()
        .filter(|(_, stay)| !stay.is_empty())
}

fn lines(plan: &Plan) -> usize {
    let stay: usize = groups(plan).map(|(_, stay)| stay.len() + 1).sum();
    stay + plan.delete.len() + usize::from(says_nothing_goes(plan))
}

/// Whether there is anything to list.
pub fn has_lines(plan: &Plan) -> bool {
    lines(plan) > 0
}

fn says_nothing_goes(plan: &Plan) -> bool {
    plan.delete.is_empty() && groups(plan).next().is_some()
}

fn line(plan: &Plan, mut i: usize) -> Option<Line<'_>> {
    if says_nothing_goes(plan) {
        match i.checked_sub(1) {
            None => return Some(Line::Nothing(plan.kept)),
            Some(rest) => i = rest,
        }
    }
    if let Some(doomed) = plan.delete.get(i) {
        return Some(Line::Goes(doomed));
    }
    i -= plan.delete.len();
    for (heading, stay) in groups(plan) {
        match i.checked_sub(1) {
            None => return Some(heading),
            Some(n) if n < stay.len() => return stay.get(n).map(Line::Stays),
            Some(n) => i = n - stay.len(),
        }
    }
    None
}

/// The button that carries it out: `Delete 14 sessions, 3.2 GB`.
pub fn button(plan: &Plan) -> String {
    let sessions = text::count(plan.delete.len(), "session", "sessions");
    let all_known = plan.delete.iter().all(|d| d.bytes.is_some());
    match (plan.bytes, all_known) {
        (0, false) => format!("Delete {sessions}"),
        (bytes, true) => format!("Delete {sessions}, {}", text::bytes(bytes)),
        (bytes, false) => format!("Delete {sessions}, {}", format::at_least(bytes)),
    }
}

/// Draws the list in what is left of `ui`, under its head.
pub fn show(ui: &mut Ui, plan: &Plan, now: DateTime<FixedOffset>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    head(ui);
    let name = "Sessions to delete";
    let list = List {
        name,
        role: Role::List,
        rows: lines(plan),
        marked: None,
        reveal: false,
    };
    list.show(ui, |ui, row| {
        if let Some(line) = line(plan, row.index) {
            draw(ui, &row, line, now);
        }
    });
}

fn head(ui: &mut Ui) {
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
    let p = theme::palette(ui);
    paint::hairline_below(ui.painter(), rect, p);
    let [id, age, why, bytes] = places(rect);
    let words = [(id, "Session"), (age, "Created"), (why, "Reason")];
    for (place, words) in words.into_iter().filter(|(place, _)| place.width() > 0.0) {
        paint::text(
            ui.painter(),
            place,
            Align2::LEFT_CENTER,
            words,
            paint::small(),
            p.secondary,
        );
    }
    paint::text(
        ui.painter(),
        bytes,
        Align2::RIGHT_CENTER,
        "Size",
        paint::small(),
        p.secondary,
    );
}

/// Where id, age, reason and size are.
fn places(row: Rect) -> [Rect; 4] {
    let row = row.shrink2(vec2(space::M, 0.0));
    let cut = |left: f32, right: f32| {
        Rect::from_min_max(pos2(left, row.top()), pos2(right.max(left), row.bottom()))
    };
    // Where there is little room the reason needs it more: when is in the tooltip.
    let of_age = if row.width() < NARROW { 0.0 } else { AGE };
    let (age, why) = (row.left() + ID, row.left() + ID + of_age);
    let bytes = row.right() - number::WIDTH;
    [
        cut(row.left(), age - space::S),
        cut(age, why - space::S),
        cut(why, bytes - space::S),
        cut(bytes, row.right()),
    ]
}

fn draw(ui: &Ui, row: &Row<'_>, line: Line<'_>, now: DateTime<FixedOffset>) {
    let p = theme::palette(ui);
    let [id, age, why, bytes] = places(row.rect);
    let painter = ui.painter();
    let words = match line {
        Line::Goes(doomed) => {
            let (name, ago, reason) = (
                doomed.id.to_string(),
                format::ago(doomed.created_at, now),
                reasons(doomed),
            );
            paint::name(painter, id, &name, paint::body(), p.text);
            if age.width() > 0.0 {
                paint::text(
                    painter,
                    age,
                    Align2::LEFT_CENTER,
                    &ago,
                    paint::body(),
                    p.secondary,
                );
            }
            paint::name(painter, why, &short(doomed), paint::body(), p.secondary);
            let size = doomed.bytes.map_or(Bytes::Unknown, Bytes::Known);
            number::bytes(painter, bytes, size, p);
            row.response
                .clone()
                .on_hover_text(format!("{}\n{reason}", format::exact(doomed.created_at)));
            format!("{name}, {ago}, {reason}, {}", size.words())
        }
        Line::Nothing(_) | Line::Spared(_) | Line::Safe(_) => {
            let words = heading(line);
            let place = row.rect.shrink2(vec2(space::M, 0.0));
            paint::text(
                painter,
                place,
                Align2::LEFT_CENTER,
                &words,
                paint::small(),
                p.secondary,
            );
            paint::hairline_below(painter, row.rect, p);
            words
        }
        Line::Stays(spared) => {
            let why = spared.protection;
            let tip = format!("{why}. To delete it, {}", why.help());
            row.response.clone().on_hover_text(format::capital(&tip));
            stays(ui, row.rect, spared, p)
        }
    };
    row.response
        .widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &words));
}

fn heading(line: Line<'_>) -> String {
    match line {
        Line::Nothing(kept) => {
            let all = text::count(kept, "session stays", "sessions stay");
            format!("Nothing to clean up: {all}")
        }
        Line::Spared(n) => format!(
            "{} kept, though a rule says otherwise",
            text::count(n, "session is", "sessions are")
        ),
        Line::Safe(n) => format!(
            "{} protected, and the rules keep {} too",
            text::count(n, "session is", "sessions are"),
            if n == 1 { "it" } else { "them" }
        ),
        Line::Goes(_) | Line::Stays(_) => String::new(),
    }
}

fn stays(ui: &Ui, rect: Rect, spared: &Spared, p: &Palette) -> String {
    let [id, age, _, bytes] = places(rect);
    let (name, why) = (spared.id.to_string(), spared.protection.to_string());
    paint::name(ui.painter(), id, &name, paint::body(), p.secondary);
    let rest = Rect::from_min_max(age.min, bytes.max);
    let icon = if spared.protection.pinned {
        Icon::Pin
    } else {
        Icon::Lock
    };
    icon.paint(
        ui.painter(),
        paint::icon_square(rest).shrink(1.0),
        p.secondary,
    );
    let text = paint::after(rest, size::ICON + space::XS);
    paint::text(
        ui.painter(),
        text,
        Align2::LEFT_CENTER,
        &format::capital(&why),
        paint::body(),
        p.secondary,
    );
    format!("{name} stays: {why}")
}

/// The reasons in as few words as the smallest window has room for.
fn short(doomed: &Doomed) -> String {
    let words = |reason: &Reason| match reason {
        Reason::NotAmongNewest(n) => format!("not in newest {n}"),
        Reason::FromTheFuture => "dated ahead".into(),
        Reason::OlderThan(age) => format!("older than {}", text::age(*age)),
        Reason::TotalOver(bytes) => format!("total over {}", text::bytes(*bytes)),
        Reason::FreeUnder(bytes) => format!("free under {}", text::bytes(*bytes)),
    };
    let all: Vec<String> = doomed.reasons.iter().map(words).collect();
    format::capital(&all.join("; "))
}

/// The reasons, each a sentence.
fn reasons(doomed: &Doomed) -> String {
    let all: Vec<String> = doomed.reasons.iter().map(ToString::to_string).collect();
    format::capital(&all.join("; "))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use crate::session::{Protection, SessionId};
    use egui_kittest::kittest::Queryable;

    fn id(text: &str) -> SessionId {
        format!("session_{text}").parse().unwrap()
    }

    pub(crate) fn now() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2025-07-10T15:30:00+02:00").unwrap()
    }

    /// Two that go, one of unknown size, and one that stays.
    pub(crate) fn example() -> Plan {
        let doomed = |name, bytes| Doomed {
            id: id(name),
            created_at: DateTime::parse_from_rfc3339("2025-06-28T12:00:00+02:00").unwrap(),
            bytes,
            reasons: vec![Reason::NotAmongNewest(10)],
        };
        let pinned = Protection {
            pinned: true,
            ..Protection::default()
        };
        Plan {
            spared: vec![Spared {
                id: id("20250101_000000"),
                protection: pinned,
            }],
            safe: vec![Spared {
                id: id("20250710_150000"),
                protection: Protection {
                    current: true,
                    ..Protection::default()
                },
            }],
            kept: 11,
            ..Plan::to_delete(vec![
                doomed("20250628_120000", Some(3_200_000_000)),
                doomed("20250629_120000", Some(800)),
            ])
        }
    }

    #[test]
    fn the_button_says_what_it_will_do() {
        let mut delete = example().delete;
        let says = |delete: &[Doomed]| button(&Plan::to_delete(delete.to_vec()));
        assert_eq!(says(&delete), "Delete 2 sessions, 3.2 GB");
        delete[1].bytes = None;
        assert_eq!(says(&delete), "Delete 2 sessions, ≥ 3.2 GB");
        delete.remove(0);
        assert_eq!(says(&delete), "Delete 1 session");
    }

    #[test]
    fn what_goes_and_what_stays_have_a_line_each() {
        let plan = example();
        assert_eq!(lines(&plan), 6);
        assert!((0..6).all(|i| line(&plan, i).is_some()) && line(&plan, 6).is_none());
        assert_eq!(lines(&Plan::default()), 0);
        let window = harness((), |ui, ()| show(ui, &plan, now()));
        for words in [
            "1 session is kept, though a rule says otherwise",
            "session_20250101_000000 stays: it is pinned",
            "1 session is protected, and the rules keep it too",
            "session_20250710_150000 stays: it is the current session",
        ] {
            assert!(window.query_by_label(words).is_some(), "{words}");
        }
        let goes = "session_20250628_120000, 12 days ago, Not among the newest 10, 3.2 GB";
        assert!(window.query_by_label(goes).is_some());
        // Where nothing goes, that is said above those that are protected.
        let nothing = Plan {
            delete: vec![],
            ..example()
        };
        assert_eq!(line(&nothing, 0), Some(Line::Nothing(11)));
        assert_eq!(line(&nothing, 1), Some(Line::Spared(1)));
        assert_eq!(
            heading(Line::Nothing(11)),
            "Nothing to clean up: 11 sessions stay"
        );
    }

    #[test]
    fn at_the_least_width_of_the_window_a_reason_is_read_to_its_end() {
        /// What the dialog leaves for the list at 900 points.
        const LEAST: f32 = 478.0;
        let plan = Plan {
            delete: [
                Reason::NotAmongNewest(10),
                Reason::FromTheFuture,
                Reason::OlderThan(std::time::Duration::from_secs(7 * 86_400)),
                Reason::TotalOver(20_000_000_000),
                Reason::FreeUnder(10_000_000_000),
            ]
            .map(|reason| Doomed {
                reasons: vec![reason],
                ..example().delete[0].clone()
            })
            .into(),
            ..Plan::default()
        };
        let window = harness(Vec::new(), move |ui, cut: &mut Vec<(String, f32)>| {
            let [_, _, why, _] = places(Rect::from_min_size(pos2(0.0, 0.0), vec2(LEAST, 28.0)));
            let measure = |words: String| {
                let width = paint::measure(ui.painter(), &words, &paint::body());
                (words, width - why.width())
            };
            *cut = plan.delete.iter().map(|d| measure(short(d))).collect();
        });
        for (words, over) in window.state() {
            assert!(*over <= 0.0, "{words} is {over} too wide");
        }
    }
}
