//! The HTTP API on the screen: its state at the bottom, and its panel.

use egui::Ui;

use crate::app::action::{Action, ServerDeed};
use crate::app::model::Model;
use crate::app::model::server::State;
use crate::app::views::server_panel::{self, Asked, Data, Line};
use crate::app::widgets::button::{Button, Kind};

/// The state at the bottom, which opens the panel.
pub fn status(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if !model.server.available {
        return;
    }
    let words = match &model.server.state {
        State::Off => "API off".to_owned(),
        State::Starting => "API starting…".to_owned(),
        State::On(address) => format!("API {address}"),
        State::Stopping => "API stopping…".to_owned(),
        State::Failed(_) => "API does not run".to_owned(),
    };
    let button = Button::new(&words).kind(Kind::Quiet).small();
    if button.tip("Address and last requests").show(ui).clicked() {
        actions.push(Action::Server(ServerDeed::ShowPanel));
    }
}

/// The panel.
pub fn panel(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let server = &model.server;
    let (state, why_not) = match &server.state {
        State::Off => ("Off".to_owned(), None),
        State::Starting => ("Starting…".to_owned(), None),
        State::On(_) => ("Answers requests".to_owned(), None),
        State::Stopping => (
            "Finishes what is under way".to_owned(),
            Some("It is stopping already"),
        ),
        State::Failed(why) => (why.clone(), None),
    };
    let origins = &model.settings.server.allow_origins;
    let origins = match origins.is_empty() {
        true => "Only its own pages may ask".to_owned(),
        false => origins.join(", "),
    };
    let requests: Vec<Line> = server
        .requests
        .iter()
        .map(|r| Line {
            time: r.at.format("%H:%M:%S").to_string(),
            method: r.method.clone(),
            path: r.path.clone(),
            status: r.status,
            took: took(r.took),
        })
        .collect();
    let url = server.url();
    let is_on = matches!(server.state, State::On(_) | State::Starting);
    let data = Data {
        state: &state,
        failed: matches!(server.state, State::Failed(_)),
        url: url.as_deref(),
        is_on,
        why_not,
        origins: &origins,
        requests: &requests,
    };
    let asked = server_panel::show(ui.ctx(), &data);
    actions.extend(asked.map(|asked| {
        Action::Server(match asked {
            Asked::Close => ServerDeed::ClosePanel,
            Asked::Switch => ServerDeed::Switch(!is_on),
            Asked::Copy => ServerDeed::CopyAddress,
            Asked::Open => ServerDeed::OpenPage,
            Asked::Settings => ServerDeed::Settings,
        })
    }));
}

fn took(time: std::time::Duration) -> String {
    match time.as_millis() {
        0 => "< 1 ms".to_owned(),
        ms @ 1..10_000 => format!("{ms} ms"),
        _ => format!("{} s", time.as_secs()),
    }
}
