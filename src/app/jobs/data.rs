//! Looks into databases on threads of their own, so that a long one keeps no page waiting.

use std::collections::HashMap;

use super::super::action::{DataEffect, DataReport, Report};
use super::super::model::job::JobId;
use super::outbox::Outbox;
use super::worker::Worker;
use crate::data::{self, Database, Patience, Stop};
use crate::session::text;

/// Everything that reads databases behind the window.
pub struct DataJobs {
    outbox: Outbox,
    listing: Stop,
    reading: Stop,
    ordering: Stop,
    counting: Stop,
    looking: Stop,
    running: Stop,
    showing: Stop,
    copying: Stop,
    exporting: HashMap<JobId, Stop>,
    // Joined when dropped, after everything was asked to stop.
    pages: Worker,
    orders: Worker,
    counts: Worker,
    facts: Worker,
    query: Worker,
    cells: Worker,
    copies: Worker,
    exports: Worker,
}

impl DataJobs {
    pub fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            listing: Stop::default(),
            reading: Stop::default(),
            ordering: Stop::default(),
            counting: Stop::default(),
            looking: Stop::default(),
            running: Stop::default(),
            showing: Stop::default(),
            copying: Stop::default(),
            exporting: HashMap::new(),
            pages: Worker::new("data-pages"),
            orders: Worker::new("data-orders"),
            counts: Worker::new("data-counts"),
            facts: Worker::new("data-facts"),
            query: Worker::new("data-query"),
            cells: Worker::new("data-cells"),
            copies: Worker::new("data-copies"),
            exports: Worker::new("data-export"),
        }
    }

    /// Stops everything but an export, which is a job of its own.
    fn leave(&mut self) {
        for stop in [
            &mut self.listing,
            &mut self.reading,
            &mut self.ordering,
            &mut self.counting,
            &mut self.looking,
            &mut self.running,
            &mut self.showing,
            &mut self.copying,
        ] {
            renew(stop);
        }
    }

    /// Stops an export.
    pub fn stop_export(&self, job: JobId) {
        if let Some(stop) = self.exporting.get(&job) {
            stop.stop();
        }
    }

    /// Carries out an effect.
    pub fn run(&mut self, effect: DataEffect) {
        let outbox = self.outbox.clone();
        let tell = move |report| outbox.report(Report::Data(Box::new(report)));
        match effect {
            DataEffect::Leave => self.leave(),
            DataEffect::Find(session, dir) => {
                let stop = renew(&mut self.counting);
                self.counts.run(move || {
                    let found = data::databases(&dir, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Found(session, found.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::Schema(path) => {
                let stop = renew(&mut self.listing);
                self.pages.run(move || {
                    let schema = data::schema(&Database::new(&path), &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Schema(path, schema.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::Count(path, tables) => {
                let stop = renew(&mut self.counting);
                self.counts.run(move || {
                    let database = Database::new(&path);
                    // A database that can't be read says so where its tables would stand.
                    let _ = data::counts(
                        &database,
                        &tables,
                        Patience::default(),
                        &stop,
                        &mut |table, rows| {
                            tell(DataReport::Counted(path.clone(), table.to_owned(), rows));
                        },
                    );
                });
            }
            DataEffect::Quick(look, path, view) => {
                let stop = renew(&mut self.reading);
                self.pages.run(move || {
                    let order = data::quick(&Database::new(path), &view, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Quick(look, order.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::Build(look, path, view) => {
                let stop = renew(&mut self.ordering);
                self.orders.run(move || {
                    let mut seen = |rows| tell(DataReport::Seen(look, rows));
                    let order = data::build(&Database::new(path), &view, &stop, &mut seen);
                    if !stop.is_stopped() {
                        tell(DataReport::Built(look, order.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::Page(look, path, view, order, block) => {
                let stop = self.reading.clone();
                self.pages.run(move || {
                    let n = super::super::model::data::BLOCK;
                    let database = Database::new(path);
                    let rows = data::page(&database, &view, &order, block * n, n as usize, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Page(look, block, rows.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::Cell(ask, path, spot, window) => {
                let stop = renew(&mut self.showing);
                self.cells.run(move || {
                    let part = data::part(&Database::new(path), &spot, window, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Cell(ask, part.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::StopCell => drop(renew(&mut self.showing)),
            DataEffect::Copy(ask, path, what) => {
                let stop = renew(&mut self.copying);
                self.copies.run(move || {
                    let copied = data::copy(&Database::new(path), &what, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Copied(ask, copied.map_err(|e| (&e).into())));
                    }
                });
            }
            DataEffect::StopCopy => drop(renew(&mut self.copying)),
            DataEffect::Facts(look, path, view, column) => {
                let stop = renew(&mut self.looking);
                self.facts.run(move || {
                    let facts = data::column_facts(&Database::new(path), &view, &column, &stop);
                    if !stop.is_stopped() {
                        tell(DataReport::Facts(
                            look,
                            column,
                            facts.map_err(|e| (&e).into()),
                        ));
                    }
                });
            }
            DataEffect::StopFacts => drop(renew(&mut self.looking)),
            DataEffect::Run(run, path, sql, most) => {
                let stop = renew(&mut self.running);
                self.query.run(move || {
                    let outcome = data::run(&Database::new(path), &sql, most, &stop);
                    tell(DataReport::Ran(run, sql, outcome.map_err(|e| (&e).into())));
                });
            }
            DataEffect::StopRun => self.running.stop(),
            DataEffect::Export(job, path, export) => {
                let stop = Stop::default();
                self.exporting.insert(job, stop.clone());
                let outbox = self.outbox.clone();
                self.exports.run(move || {
                    let mut step = |rows| {
                        let words = format!("{} rows", text::grouped(rows));
                        outbox.report(Report::Step(job, words));
                    };
                    let done = data::export(&Database::new(path), &export, &mut step, &stop);
                    let done = match done {
                        Ok(rows) => Some(Ok((rows, export.target))),
                        Err(_) if stop.is_stopped() => None,
                        Err(e) => Some(Err((&e).into())),
                    };
                    tell(DataReport::Exported(job, done));
                });
            }
        }
    }
}

impl Drop for DataJobs {
    fn drop(&mut self) {
        self.leave();
        self.exporting.values().for_each(Stop::stop);
    }
}

/// Stops what runs, and gives what follows a flag of its own.
fn renew(stop: &mut Stop) -> Stop {
    stop.stop();
    *stop = Stop::default();
    stop.clone()
}
