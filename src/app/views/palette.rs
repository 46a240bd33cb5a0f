//! The command palette: a few letters, and the commands that they could mean, best first.

use egui::{
    Align2, Area, Context, CornerRadius, Frame, Id, Key, Margin, Modal, Modifiers, Order, Role,
    Sense, Stroke, TextEdit, Ui, UiBuilder, UiKind, WidgetInfo, vec2,
};

use crate::app::theme::{self, size, space};
use crate::app::widgets::list::{self, List};
use crate::app::widgets::paint;

const WIDTH: f32 = 520.0;
const ROWS_SEEN: usize = 10;

/// A command as the palette lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub words: String,
    /// Its keys as the platform writes them.
    pub keys: String,
    /// Why it can't be run now, if so.
    pub why_not: Option<String>,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Close it.
    Close,
    /// Run this of the entries.
    Run(usize),
}

/// The entries that `query` could mean, best first: every letter of it stands in the words in order, and
/// letters that begin words or follow each other count more. What begins with it comes first, whether it can be
/// run or not; among those that mean it as much, the ones that can't be run come last.
pub fn ranked(entries: &[Entry], query: &str) -> Vec<usize> {
    let wanted: Vec<char> = query
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let begins = query.trim().to_lowercase();
    let rank = |entry: &Entry| -> Option<(u8, bool, i32)> {
        let score = score(&entry.words, &wanted)?;
        let far = far(&entry.words.to_lowercase(), &begins);
        Some((far, entry.why_not.is_some(), -score))
    };
    let mut found: Vec<_> = entries
        .iter()
        .enumerate()
        .filter_map(|(i, entry)| Some((rank(entry)?, i)))
        .collect();
    if wanted.is_empty() {
        // Nothing says which is meant: as they stand in the menus.
        found.sort_by_key(|((_, why_not, _), i)| (*why_not, *i));
    } else {
        found.sort_unstable();
    }
    found.into_iter().map(|(_, i)| i).collect()
}

/// How far `words` are from what is typed: 0 where they begin with it, 1 where one of them does, else 2.
fn far(words: &str, typed: &str) -> u8 {
    let mut later = words
        .match_indices(|c: char| !c.is_alphanumeric())
        .map(|(at, c)| &words[at + c.len()..]);
    match words.starts_with(typed) {
        true => 0,
        false if later.any(|rest| rest.starts_with(typed)) => 1,
        false => 2,
    }
}

/// How well `words` fit what is wanted; `None` if not at all.
fn score(words: &str, wanted: &[char]) -> Option<i32> {
    let words: Vec<char> = words.to_lowercase().chars().collect();
    let (mut score, mut next, mut last) = (0, 0, None);
    for c in wanted {
        let begins = |i: &usize| *i == 0 || !words[*i - 1].is_alphanumeric();
        let rest = || (next..words.len()).filter(|i| words[*i] == *c);
        let follows = rest().next().filter(|i| last == Some(i.wrapping_sub(1)));
        let at = follows
            .or_else(|| rest().find(begins))
            .or_else(|| rest().next())?;
        score += if follows.is_some() {
            3
        } else if begins(&at) {
            4
        } else {
            0
        };
        (next, last) = (at + 1, Some(at));
    }
    Some(score * 8 - words.len() as i32 / 4)
}

/// Draws the palette over `query` and the number of the marked line.
pub fn show(
    ctx: &Context,
    entries: &[Entry],
    query: &mut String,
    marked: &mut usize,
) -> Option<Asked> {
    let p = theme::of(&ctx.global_style().visuals);
    let frame = Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(size::HAIRLINE, p.hairline))
        .corner_radius(CornerRadius::same(size::RADIUS_LARGE))
        .shadow(ctx.global_style().visuals.window_shadow)
        .inner_margin(Margin::same(space::XS as i8));
    let area = Area::new(Id::unique("palette"))
        .kind(UiKind::Modal)
        .sense(Sense::hover())
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 64.0));
    let modal = Modal::new(Id::unique("palette"))
        .area(area)
        .frame(frame)
        .backdrop_color(p.veil.gamma_multiply(0.5));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH.min(ctx.content_rect().width() - 2.0 * space::XL));
        ui.spacing_mut().item_spacing.y = space::XS;
        body(ui, entries, query, marked)
    });
    let closed = shown.should_close().then_some(Asked::Close);
    shown.inner.or(closed)
}

fn body(ui: &mut Ui, entries: &[Entry], query: &mut String, marked: &mut usize) -> Option<Asked> {
    let mut found = ranked(entries, query);
    // The field would take the arrows to move its cursor.
    let moved = list::stepped(ui, Some(*marked), found.len(), ROWS_SEEN);
    let entered = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    let field = TextEdit::singleline(query)
        .hint_text("Type a command")
        .frame(Frame::NONE.inner_margin(Margin::symmetric(space::S as i8, 6)))
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name("Command");
    field.request_focus();
    if field.changed() {
        *marked = 0;
        found = ranked(entries, query);
    }
    *marked = moved.unwrap_or(*marked).min(found.len().saturating_sub(1));
    paint::hairline_below(
        ui.painter(),
        field.rect.expand2(vec2(0.0, 2.0)),
        theme::palette(ui),
    );
    let mut clicked = None;
    if found.is_empty() {
        ui.label(theme::caption(ui, "  No command has these letters"));
    } else {
        let list = List {
            name: "Commands",
            role: Role::ListBox,
            rows: found.len(),
            marked: Some(*marked),
            reveal: moved.is_some(),
        };
        let room = vec2(
            ui.available_width(),
            found.len().min(ROWS_SEEN) as f32 * size::ROW,
        );
        let (rect, _) = ui.allocate_exact_size(room, Sense::hover());
        list.show(
            &mut ui.new_child(UiBuilder::new().max_rect(rect)),
            |ui, row| {
                if let Some(entry) = found.get(row.index).and_then(|i| entries.get(*i)) {
                    draw(ui, &row, entry, row.index == *marked);
                    clicked = row.response.clicked().then_some(row.index).or(clicked);
                }
            },
        );
    }
    let chosen = clicked
        .or(entered.then_some(*marked))
        .and_then(|i| found.get(i))
        .copied();
    chosen
        .filter(|i| entries.get(*i).is_some_and(|e| e.why_not.is_none()))
        .map(Asked::Run)
}

fn draw(ui: &Ui, row: &list::Row<'_>, entry: &Entry, marked: bool) {
    let p = theme::palette(ui);
    let enabled = entry.why_not.is_none();
    row.response
        .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, enabled, marked, &entry.words));
    if marked {
        // The keyboard is in the field, but it moves this row.
        let round = CornerRadius::same(size::RADIUS_SMALL);
        ui.painter().rect_filled(row.rect, round, p.selection);
    }
    let ink = if enabled { p.text } else { p.secondary };
    let inside = row.rect.shrink2(vec2(space::S, 0.0));
    let right = entry.why_not.as_deref().unwrap_or(&entry.keys);
    let place = paint::text(
        ui.painter(),
        inside,
        Align2::RIGHT_CENTER,
        right,
        paint::small(),
        p.secondary,
    );
    let words = paint::before(inside, place.width() + space::M);
    paint::text(
        ui.painter(),
        words,
        Align2::LEFT_CENTER,
        &entry.words,
        paint::body(),
        ink,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::{Harness, kittest::Queryable};

    fn entries() -> Vec<Entry> {
        let entry = |words: &str, why_not: Option<&str>| Entry {
            words: words.into(),
            keys: "Ctrl+N".into(),
            why_not: why_not.map(Into::into),
        };
        vec![
            entry("New from files…", None),
            entry("New from folder…", None),
            entry("Open folder", Some("No session is selected")),
            entry("Clean up…", None),
        ]
    }

    #[test]
    fn the_best_command_comes_first_and_what_cant_run_last() {
        for (query, order) in [
            ("", vec![0, 1, 3, 2]),
            ("fold", vec![1, 2]),
            ("nff", vec![0, 1]),
            ("cu", vec![3]),
            ("NEW FI", vec![0]),
            ("zz", vec![]),
        ] {
            assert_eq!(ranked(&entries(), query), order, "{query:?}");
        }
    }

    #[test]
    fn what_begins_with_the_letters_comes_first_even_if_it_cant_be_run() {
        let entry = |words: &str, why_not: Option<&str>| Entry {
            words: words.into(),
            keys: String::new(),
            why_not: why_not.map(Into::into),
        };
        let entries = [
            entry("Find in the file", None),
            entry("Undo delete", None),
            entry("Delete permanently…", Some("It is current")),
            entry("Delete", Some("It is current")),
        ];
        for query in ["del", "Delete", "dELe "] {
            assert_eq!(ranked(&entries, query)[..3], [3, 2, 1], "{query:?}");
        }
        assert_eq!(ranked(&entries, "del"), [3, 2, 1, 0]);
    }

    type State = (String, usize, Vec<Asked>);

    fn window() -> Harness<'static, State> {
        let mut window = harness(
            (String::new(), 0, vec![]),
            |ui, (query, marked, log): &mut State| {
                log.extend(show(ui.ctx(), &entries(), query, marked));
            },
        );
        window.run();
        window
    }

    #[test]
    fn a_command_is_typed_and_run_by_keyboard() {
        let mut window = window();
        window.get_by_label("Command").type_text("new");
        window.run();
        window.key_press(Key::ArrowDown);
        window.run();
        window.key_press(Key::Enter);
        window.run();
        assert_eq!(window.state().2, [Asked::Run(1)]);
    }

    #[test]
    fn a_click_runs_and_what_cant_run_does_not() {
        let mut window = window();
        window.get_by_label("Open folder").click();
        window.run();
        assert_eq!(window.state().2, []);
        window.get_by_label("Clean up…").click();
        window.run();
        window.key_press(Key::Escape);
        window.run();
        assert_eq!(window.state().2, [Asked::Run(3), Asked::Close]);
    }
}
