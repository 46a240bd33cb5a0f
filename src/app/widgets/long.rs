//! Rows of any number, of which only those that are seen are asked for and drawn: it scrolls by rows, not
//! by points, so that a billion of them are as exact as ten. Wide rows scroll sideways.

use egui::{
    CornerRadius, EventFilter, Key, Modifiers, Rect, Role, ScrollArea, Sense, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use super::paint;
use crate::app::theme;

/// Width of the scroll bar.
const BAR: f32 = 10.0;

/// The least length of its handle.
const HANDLE: f32 = 24.0;

/// Rows that are shown.
#[derive(Debug, Clone, Copy)]
pub struct Long<'a> {
    /// Its name, read aloud.
    pub name: &'a str,
    /// What it is.
    pub role: Role,
    /// How many rows there are.
    pub rows: u64,
    /// Height of one, in points.
    pub row_height: f32,
    /// Width of the widest, in points.
    pub width: f32,
    /// Height of what stands above them and scrolls sideways only.
    pub header: f32,
}

/// Where the person looks, from frame to frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scroll {
    /// The row at the top, and how much of it has gone.
    pub top: f64,
    /// A row that comes into view now.
    pub go_to: Option<u64>,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The rows that were drawn.
    pub rows: std::ops::Range<u64>,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// Whether the person scrolled.
    pub scrolled: bool,
}

impl Long<'_> {
    /// Whether it has the keyboard, before it is drawn.
    pub fn has_focus(&self, ui: &Ui) -> bool {
        let id = ui.make_persistent_id(self.name);
        ui.memory(|m| m.has_focus(id))
    }

    /// Draws it in what is left of `ui`: `header` once, `row` for each row that is seen.
    pub fn show(
        &self,
        ui: &mut Ui,
        scroll: &mut Scroll,
        header: impl FnOnce(&mut Ui, Rect),
        mut row: impl FnMut(&mut Ui, u64, Rect),
    ) -> Seen {
        let place = ui.available_rect_before_wrap();
        let id = ui.make_persistent_id(self.name);
        let whole = ui.interact(place, id, Sense::click());
        whole.widget_info(|| WidgetInfo::labeled(self.role, ui.is_enabled(), self.name));
        // Rows take the click for themselves; the keyboard is for all of them together.
        if ui.input(|i| i.pointer.any_click()) && ui.rect_contains_pointer(place) {
            whole.request_focus();
        }
        let body = (place.height() - self.header).max(self.row_height);
        let page = f64::from(body / self.row_height);
        let most = (self.rows as f64 - page.floor()).max(0.0);
        let before = scroll.top;
        if whole.has_focus() {
            keys(ui, id, scroll, page.floor().max(1.0), most);
        }
        let (wheel, over) = (
            ui.input(|i| i.smooth_scroll_delta().y),
            ui.rect_contains_pointer(place),
        );
        if over && wheel != 0.0 {
            scroll.top -= f64::from(wheel / self.row_height);
        }
        self.bar(ui, place, scroll, page, most);
        let scrolled = scroll.top != before;
        if let Some(wanted) = scroll.go_to.take() {
            let wanted = wanted as f64;
            if wanted < scroll.top || wanted >= scroll.top + page.floor() {
                scroll.top = if wanted + 1.0 >= self.rows as f64 {
                    most
                } else {
                    wanted - page / 3.0
                };
            }
        }
        scroll.top = scroll.top.clamp(0.0, most);
        let first = scroll.top.floor() as u64;
        let last = (first + page.ceil() as u64 + 1).min(self.rows);
        let inside = place.with_max_x((place.right() - BAR).max(place.left()));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside).id_salt(self.name));
        let area = ScrollArea::horizontal()
            .id_salt("sideways")
            .auto_shrink([false, false]);
        area.show(&mut child, |ui| {
            let width = self.width.max(inside.width());
            ui.set_min_size(vec2(width, inside.height()));
            let left = ui.min_rect().left();
            let top = inside.top() + self.header;
            let clip = ui.clip_rect();
            ui.set_clip_rect(clip.intersect(inside.with_min_y(top)));
            for i in first..last {
                let y = top + ((i as f64 - scroll.top) * f64::from(self.row_height)) as f32;
                row(
                    ui,
                    i,
                    Rect::from_min_size(pos2(left, y), vec2(width, self.row_height)),
                );
            }
            ui.set_clip_rect(clip);
            if self.header > 0.0 {
                let head = Rect::from_min_size(pos2(left, inside.top()), vec2(width, self.header));
                header(ui, head);
            }
        });
        ui.advance_cursor_after_rect(place);
        paint::focus_inside(ui, &whole, place);
        Seen {
            rows: first..last,
            focused: whole.has_focus(),
            scrolled,
        }
    }

    fn bar(&self, ui: &Ui, place: Rect, scroll: &mut Scroll, page: f64, most: f64) {
        if most <= 0.0 {
            return;
        }
        let track = Rect::from_min_max(
            pos2(place.right() - BAR, place.top() + self.header),
            place.max,
        );
        let share = (page / self.rows as f64) as f32;
        let handle = (track.height() * share).max(HANDLE).min(track.height());
        let room = f64::from((track.height() - handle).max(1.0));
        let response = ui.interact(
            track,
            ui.make_persistent_id((self.name, "bar")),
            Sense::click_and_drag(),
        );
        let name = format!("Position in {}", self.name);
        response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, ui.is_enabled(), &name));
        if let Some(pointer) = response.interact_pointer_pos() {
            let at = f64::from(pointer.y - track.top() - handle / 2.0);
            scroll.top = (at / room).clamp(0.0, 1.0) * most;
        }
        let y = track.top() + ((scroll.top.clamp(0.0, most) / most) * room) as f32;
        let over = response.hovered() || response.dragged();
        let width = if over { 8.0 } else { 6.0 };
        let shape = Rect::from_min_size(pos2(track.right() - width - 1.0, y), vec2(width, handle));
        let p = theme::palette(ui);
        let ink = p.text.gamma_multiply(if over { 0.55 } else { 0.3 });
        ui.painter().rect_filled(shape, CornerRadius::same(3), ink);
    }
}

fn keys(ui: &Ui, id: egui::Id, scroll: &mut Scroll, page: f64, most: f64) {
    let filter = EventFilter {
        vertical_arrows: true,
        // A tree opens and closes by them; elsewhere they would only take the keyboard away.
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        scroll.top += 1.0;
    }
    if pressed(Key::ArrowUp) {
        scroll.top -= 1.0;
    }
    if pressed(Key::PageDown) {
        scroll.top += page;
    }
    if pressed(Key::PageUp) {
        scroll.top -= page;
    }
    if pressed(Key::Home) {
        scroll.top = 0.0;
    }
    if pressed(Key::End) {
        scroll.top = most;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn five_billion_rows_are_exact_to_the_last() {
        const ROWS: u64 = 5_000_000_000;
        let mut window = harness((Scroll::default(), 0), |ui, (scroll, drawn)| {
            *drawn = 0;
            let long = Long {
                name: "Numbers",
                role: Role::List,
                rows: ROWS,
                row_height: 20.0,
                width: 100.0,
                header: 24.0,
            };
            long.show(
                ui,
                scroll,
                |_, _| {},
                |ui, i, rect| {
                    *drawn += 1;
                    let row = ui.interact(rect, ui.scope_id().with(i), Sense::hover());
                    row.widget_info(|| {
                        WidgetInfo::labeled(Role::ListItem, true, format!("row {i}"))
                    });
                },
            );
        });
        assert!(window.query_by_label("row 0").is_some());
        window.get_by_label("Numbers").focus();
        window.run();
        window.key_press(Key::End);
        window.run();
        let last = format!("row {}", ROWS - 1);
        assert!(window.query_by_label(&last).is_some());
        window.key_press(Key::ArrowUp);
        window.run();
        assert!(window.state().0.top < ROWS as f64 - 25.0);
        window.state_mut().0.go_to = Some(1_234_567_890);
        window.run();
        assert!(window.query_by_label("row 1234567890").is_some());
        assert!(window.state().1 < 40, "{} rows drawn", window.state().1);
    }
}
