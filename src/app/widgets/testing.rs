//! A harness with our look for the tests of widgets and views.

use egui::Ui;
use egui_kittest::Harness;

use crate::app::theme;
use crate::config::{Look, Theme};

/// A widget drawn over `state` in a window of 900 × 600.
pub fn harness<'a, S: 'a>(state: S, draw: impl FnMut(&mut Ui, &mut S) + 'a) -> Harness<'a, S> {
    let look = Look {
        theme: Theme::Light,
        animations: false,
        ..Look::default()
    };
    Harness::builder()
        .with_size([900.0, 600.0])
        .with_context_setup(move |ctx| theme::install(ctx, &look))
        .build_ui_state(draw, state)
}
