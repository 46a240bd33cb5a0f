//! What happens when: actions go in, the model and the effects are looked at. No thread, no file.

mod data;
mod deleting;
mod previewing;
mod running;
mod server;
mod showing;
mod uploading;

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use super::super::action::{Action, Effect, Instant, Report, UiEffect, Uploaded};
use super::super::command::Command;
use super::super::model::column::Column;
use super::super::model::dialog::{Answer, Dialog};
use super::super::model::fixture::{self, id, listing, now, session, used};
use super::super::model::problem::Problem;
use super::super::model::row::Size;
use super::super::model::selection::{Extend, Step};
use super::super::model::toast::{Kind, UNDO_TIME};
use super::super::model::{Load, Model, SideTab};
use super::{begin, update};
use crate::config::Settings;
use crate::session::{Listing, Policy, SessionId};

/// A window on `n` sessions, one made a day; the newest is current. Every size is 100 bytes.
fn window(n: i64) -> Model {
    let mut model = fixture::model(Policy::keep(3));
    assert!(lists(&begin(&mut model), 0));
    report(&mut model, listed(0, Ok(listing(n))));
    let sizes = (0..n).map(|i| (id(i), Size::Known(used(100)))).collect();
    report(&mut model, Report::Measured(sizes));
    report(&mut model, Report::MeasuringEnded);
    model
}

fn listed(generation: u64, result: Result<Listing, Problem>) -> Report {
    Report::Listed {
        generation,
        result: result.map(Into::into),
        free_disk: Some(1_000),
    }
}

/// Whether `effects` ask for a list, and nothing else.
fn lists(effects: &[Effect], wanted: u64) -> bool {
    matches!(effects, [Effect::List { generation, .. }] if *generation == wanted)
}

fn report(model: &mut Model, report: Report) -> Vec<Effect> {
    update(model, Action::Report(report))
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Action::Command(command))
}

fn click(model: &mut Model, days: i64) {
    update(model, Action::Click(id(days), Extend::No));
}

fn shown(model: &Model) -> Vec<SessionId> {
    (0..model.table.shown_len())
        .filter_map(|p| model.table.id_at(p))
        .collect()
}

fn later(model: &mut Model, time: Duration) -> Vec<Effect> {
    let moment = Instant {
        now: model.now() + TimeDelta::from_std(time).unwrap(),
        clock: model.moment.clock + time,
    };
    update(model, Action::Tick(moment))
}

/// The batch that the only message offers to undo.
fn offered(model: &Model) -> u64 {
    let mut batches = model.toasts.iter().filter_map(|t| t.batch());
    let batch = batches.next().expect("an offer to undo");
    assert_eq!(batches.next(), None);
    batch
}

fn delete_of(effects: &[Effect]) -> (u64, Vec<SessionId>) {
    let found = effects.iter().find_map(|e| match e {
        Effect::Delete { batch, plan } => {
            Some((*batch, plan.delete.iter().map(|d| d.id).collect()))
        }
        _ => None,
    });
    found.expect("an effect that deletes")
}

fn ids(days: &[i64]) -> Vec<SessionId> {
    days.iter().map(|d| id(*d)).collect()
}
