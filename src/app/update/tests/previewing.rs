//! The file beside the tree, and files that are deleted.

use super::*;
use crate::app::model::preview::{Act, Find, Lines, LinesPage, News, Opened, Shown, Task};
use crate::app::model::tree::TreeBuilder;
use crate::preview::{Hits, Page, Query, Row, Walked};
use crate::session::EntryKind;

fn act(model: &mut Model, act: Act) -> Vec<Effect> {
    update(model, Action::Preview(act))
}

fn news(model: &mut Model, news: News) -> Vec<Effect> {
    report(model, Report::Preview(news))
}

/// A window in which a log of two lines is shown, and its ticket.
fn showing() -> (Model, u64) {
    let mut model = window(3);
    click(&mut model, 1);
    update(&mut model, Action::Side(SideTab::Files));
    let effects = act(&mut model, Act::Show("a.log".into()));
    let [Effect::Preview(Task::Open(ticket, ..))] = effects[..] else {
        panic!("{effects:?}");
    };
    let shown = Shown::Text(Lines {
        log: true,
        ..Lines::default()
    });
    let opened = Opened {
        bytes: 20,
        shown,
        notice: None,
    };
    assert!(news(&mut model, News::Opened(ticket, Ok(opened))).is_empty());
    let page = Page {
        first: 0,
        rows: vec![Row::default(); 2],
    };
    let page = LinesPage {
        page,
        inks: Vec::new(),
    };
    news(&mut model, News::Lines(ticket, 0, page));
    (model, ticket)
}

fn walked(rows: u64) -> Walked {
    Walked {
        other_encoding: None,
        rows,
        lines: rows,
        bytes: rows * 10,
        ended: true,
        trouble: None,
    }
}

#[test]
fn what_comes_too_late_is_not_shown() {
    let (mut model, old) = showing();
    assert_eq!(model.preview.as_ref().unwrap().rows(), 2);
    assert!(
        act(&mut model, Act::Show("a.log".into())).is_empty(),
        "shown already"
    );
    act(&mut model, Act::Show("b.log".into()));
    news(&mut model, News::Walked(old, walked(9), 90));
    assert_eq!(model.preview.as_ref().unwrap().rows(), 0);
    let effects = update(&mut model, Action::Click(id(2), Extend::No));
    assert!(
        effects.contains(&Effect::Preview(Task::Close)),
        "{effects:?}"
    );
    assert_eq!(model.preview, None);
}

#[test]
fn a_file_that_grows_is_followed_only_where_that_is_wanted() {
    let (mut model, ticket) = showing();
    assert!(news(&mut model, News::Walked(ticket, walked(2), 20)).is_empty());
    act(&mut model, Act::Follow(true));
    let effects = news(&mut model, News::Walked(ticket, walked(50), 500));
    let last_page_again = Effect::Preview(Task::Pages(ticket, vec![0]));
    assert_eq!(
        effects,
        [last_page_again, Effect::Ui(UiEffect::PreviewRow(49))]
    );
    let effects = news(&mut model, News::Changed(ticket));
    assert!(matches!(&effects[..], [Effect::Preview(Task::Open(again, ..))] if *again != ticket));
    assert!(model.preview.as_ref().unwrap().follow);
}

#[test]
fn matches_are_stepped_through_in_a_circle() {
    let (mut model, ticket) = showing();
    assert_eq!(
        act(&mut model, Act::OpenFind),
        [Effect::Ui(UiEffect::FocusFind)]
    );
    let query = Query {
        needle: "x".into(),
        ignore_case: true,
    };
    let effects = act(&mut model, Act::Find(query.clone()));
    assert_eq!(effects, [Effect::Preview(Task::Find(ticket, query))]);
    let hits = Hits {
        offsets: vec![3, 14],
        more: false,
    };
    let at = |offset| vec![Effect::Preview(Task::RowAt(ticket, offset))];
    assert_eq!(
        news(&mut model, News::Found(ticket, hits.clone(), false)),
        at(3)
    );
    assert!(news(&mut model, News::Found(ticket, hits, true)).is_empty());
    for (forward, offset) in [(true, 14), (true, 3), (false, 14), (false, 3)] {
        assert_eq!(act(&mut model, Act::Step(forward)), at(offset));
    }
    assert_eq!(
        news(&mut model, News::At(ticket, 1)),
        [Effect::Ui(UiEffect::PreviewRow(1))]
    );
    assert_eq!(model.preview.as_ref().unwrap().marked, Some(1));
    assert_eq!(
        act(&mut model, Act::CloseFind),
        [Effect::Preview(Task::StopFind)]
    );
    assert_eq!(model.preview.as_ref().unwrap().find, None::<Find>);
}

#[test]
fn a_deleted_file_is_undone_as_a_file() {
    let (mut model, _) = showing();
    let effects = act(&mut model, Act::Delete("a.log".into()));
    let [Effect::Preview(Task::Delete(batch, session, _))] = effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(session, id(1));
    let effects = news(&mut model, News::Deleted(batch, session, "a.log".into()));
    assert!(effects.contains(&Effect::Preview(Task::Close)));
    assert!(effects.iter().any(|e| matches!(e, Effect::LoadFiles(..))));
    let effects = update(&mut model, Action::Undo(batch));
    assert_eq!(effects, [Effect::Preview(Task::Restore(batch))]);
    let effects = news(&mut model, News::Restored(session, "a.log".into()));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Preview(Task::Open(..))))
    );
    // A session that was deleted still is.
    assert_eq!(
        update(&mut model, Action::Undo(4711)),
        [Effect::Restore(4711)]
    );
}

#[test]
fn where_a_file_is_deleted_the_next_is_marked_and_shown() {
    let (mut model, _) = showing();
    let mut tree = TreeBuilder::default();
    for path in ["a.log", "b.log", "z.log"] {
        tree.push(path, EntryKind::File, 1);
    }
    report(&mut model, Report::Files(id(1), Ok(tree.build(0))));
    let mark = |path: &str| Effect::Ui(UiEffect::MarkFile(path.into()));
    let effects = act(&mut model, Act::Delete("a.log".into()));
    assert!(
        matches!(
            &effects[..],
            [
                Effect::Preview(Task::Delete(.., gone)),
                marked,
                Effect::Preview(Task::Open(.., next)),
            ] if gone == "a.log" && *marked == mark("b.log") && next == "b.log"
        ),
        "{effects:?}"
    );
    // One that is not shown leaves what is.
    let effects = act(&mut model, Act::Delete("z.log".into()));
    assert!(
        matches!(&effects[..], [_, marked] if *marked == mark("b.log")),
        "{effects:?}"
    );
    assert_eq!(model.preview.as_ref().unwrap().path, "b.log");
}
