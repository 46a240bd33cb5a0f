//! The tab Data: what the person does, and what is to be read for it. No database: what is found is made up.

use std::sync::Arc;

use super::*;
use crate::app::action::{DataAction as Do, DataEffect as Read, DataReport as News};
use crate::app::model::data::{Pane, Shape};
use crate::data::{
    Answer, Column as Field, Copied, Copy, Format, Found, Key, Kind as TableKind, Long, Order,
    Outcome, Part, Places, Row, Schema, Spot, Stamp, Table, Value, Where,
};

/// The database of the session.
fn own() -> PathBuf {
    "/base/own.db".into()
}

fn other() -> PathBuf {
    "/base/other.db".into()
}

fn act(model: &mut Model, action: Do) -> Vec<Effect> {
    update(model, Action::Data(action))
}

fn news(model: &mut Model, found: News) -> Vec<Effect> {
    report(model, Report::Data(Box::new(found)))
}

/// What is asked for, one word each.
fn words(effects: &[Effect]) -> String {
    let word = |effect: &Effect| match effect {
        Effect::Data(Read::Leave) => "leave",
        Effect::Data(Read::Find(..)) => "find",
        Effect::Data(Read::Schema(..)) => "schema",
        Effect::Data(Read::Count(..)) => "count",
        Effect::Data(Read::Quick(..)) => "quick",
        Effect::Data(Read::Build(..)) => "build",
        Effect::Data(Read::Page(..)) => "page",
        Effect::Data(Read::Cell(..)) => "cell",
        Effect::Data(Read::StopCell) => "stop-cell",
        Effect::Data(Read::Copy(..)) => "read-copy",
        Effect::Data(Read::StopCopy) => "stop-copy",
        Effect::Data(Read::Facts(..)) => "facts",
        Effect::Data(Read::StopFacts) => "stop-facts",
        Effect::Data(Read::Run(..)) => "run",
        Effect::Data(Read::StopRun) => "stop-run",
        Effect::Data(Read::Export(..)) => "export",
        Effect::PickExport(..) => "pick",
        Effect::Ui(UiEffect::CopyText(_)) => "copy",
        _ => "else",
    };
    effects.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A table of whole numbers in `n`, and texts in `word`.
fn table(name: &str) -> Table {
    let field = |name: &str| Field {
        name: name.into(),
        declared: String::new(),
        not_null: false,
        primary: 0,
    };
    Table {
        name: name.into(),
        kind: TableKind::Table,
        columns: vec![field("n"), field("word")],
        key: Key::Rowid("rowid"),
        about: None,
        problem: None,
    }
}

fn order(rows: u64) -> Order {
    Order {
        stamp: Stamp::made_up(1),
        rows,
        exact: true,
        places: Places::From(1),
    }
}

fn row(n: i64) -> Row {
    Row {
        id: Some(n),
        cells: vec![Value::Integer(n), Value::Text(format!("w{n}"))],
    }
}

/// The tab is shown and looks for databases.
fn looking() -> Model {
    let mut model = window(3);
    click(&mut model, 1);
    let effects = command(&mut model, Command::ShowData);
    assert!(words(&effects).contains("find"), "{effects:?}");
    model
}

fn found(model: &mut Model) -> Vec<Effect> {
    let database = |path: PathBuf| Found {
        name: path.display().to_string(),
        path,
        bytes: 1,
    };
    let all = vec![database(own()), database(other())];
    news(model, News::Found(id(1), Ok((all, false))))
}

/// Two tables are known, and of the first its 300 rows, of which three were read.
fn showing() -> Model {
    let mut model = looking();
    assert_eq!(words(&found(&mut model)), "leave schema");
    let schema = Schema {
        stamp: Stamp::made_up(1),
        tables: vec![table("first"), table("second")],
    };
    let effects = news(&mut model, News::Schema(own(), Ok(schema)));
    assert_eq!(words(&effects), "count quick build");
    let look = look(&model);
    assert_eq!(
        words(&news(&mut model, News::Built(look, Ok(order(300))))),
        "page"
    );
    let look = self::look(&model);
    let rows = (1..=128).map(row).collect();
    assert_eq!(words(&news(&mut model, News::Page(look, 0, Ok(rows)))), "");
    model
}

fn look(model: &Model) -> u64 {
    model.data.table.as_ref().unwrap().look
}

#[test]
fn each_act_asks_for_what_it_needs() {
    let mark = |row, column| Do::Mark(row, column, false);
    for (acts, asked) in [
        (vec![Do::Database(other())], "leave schema"),
        (vec![Do::Table("second".into())], "quick build"),
        (vec![Do::Table("no such".into())], ""),
        (vec![Do::Pane(Pane::Sql)], ""),
        (vec![Do::Filter("n > 7".into())], "quick build"),
        (vec![Do::Filter("".into())], ""),
        (vec![Do::Sort(0)], "quick build"),
        (vec![Do::Need(0..50)], ""),
        (vec![Do::Need(100..200)], "page"),
        (vec![Do::Need(100..200), Do::Need(100..300)], ""),
        (vec![Do::Need(900..950)], ""),
        (vec![Do::Copy], ""),
        (vec![Do::CopyCell], ""),
        (vec![mark(1, 1), Do::Copy], "read-copy"),
        (vec![Do::CopyMarked], ""),
        (vec![mark(1, 1), Do::CopyMarked], "copy"),
        (
            vec![mark(1, 1), Do::Mark(3, 1, true), Do::CopyMarked],
            "read-copy",
        ),
        (vec![mark(1, 1), Do::Copy, Do::StopCopy], "stop-copy"),
        (vec![Do::CopyShown], ""),
        (vec![mark(1, 1), Do::OpenCell, Do::CopyShown], "read-copy"),
        (vec![mark(1, 1), Do::CopyCell], "copy"),
        (vec![Do::OpenCell], ""),
        (vec![mark(1, 1), Do::OpenCell], "cell"),
        (vec![mark(1, 1), Do::OpenCell, Do::Part(64)], "cell"),
        (vec![mark(1, 1), Do::OpenCell, Do::CloseCell], "stop-cell"),
        (
            vec![mark(1, 1), Do::OpenCell, Do::Sort(0)],
            "quick build stop-cell",
        ),
        (vec![Do::Part(64)], ""),
        (vec![Do::Facts(Some(1))], "facts"),
        (vec![Do::Facts(None)], "stop-facts"),
        (
            vec![Do::Facts(Some(1)), Do::Sort(0)],
            "quick build stop-facts",
        ),
        (vec![Do::Run], ""),
        (vec![Do::Type("  \n".into()), Do::Run], ""),
        (vec![Do::Type("SELECT 1".into())], ""),
        (vec![Do::Type("SELECT 1".into()), Do::Run], "run"),
        (vec![Do::Stop], "stop-run"),
        (vec![Do::Shape(Shape::Line)], ""),
        (vec![Do::Export(Format::Csv)], "pick"),
        (vec![Do::Pane(Pane::Sql), Do::Export(Format::Csv)], ""),
    ] {
        let mut model = showing();
        let told = format!("{acts:?}");
        let last = acts.into_iter().map(|a| act(&mut model, a)).last();
        assert_eq!(words(&last.unwrap_or_default()), asked, "{told}");
    }
}

#[test]
fn a_filter_that_is_not_understood_says_so_and_keeps_the_rows() {
    let mut model = showing();
    assert_eq!(act(&mut model, Do::Filter("n >".into())), []);
    let shown = model.data.table.as_ref().unwrap();
    assert!(shown.filter_problem.is_some());
    assert_eq!((shown.typed.as_str(), shown.rows()), ("n >", 300));
    act(&mut model, Do::Filter("n > 1".into()));
    let shown = model.data.table.as_ref().unwrap();
    assert_eq!((&shown.filter_problem, shown.rows()), (&None, 0));
}

#[test]
fn what_comes_too_late_is_not_shown() {
    let mut model = showing();
    let old = look(&model);
    act(&mut model, Do::Sort(1));
    for late in [
        News::Quick(old, Ok(order(9))),
        News::Built(old, Ok(order(9))),
        News::Seen(old, 9),
        News::Page(old, 0, Ok(vec![row(9)])),
    ] {
        let told = format!("{late:?}");
        assert_eq!(news(&mut model, late), [], "{told}");
        let shown = model.data.table.as_ref().unwrap();
        assert_eq!((shown.rows(), shown.building), (0, Some(0)), "{told}");
    }
    let effects = update(&mut model, Action::Click(id(2), Extend::No));
    assert!(words(&effects).contains("leave find"), "{effects:?}");
    assert!(model.data.table.is_none());
    assert_eq!(found(&mut model), [], "they are another session's");
}

#[test]
fn what_is_copied_is_read_first_and_what_is_missing_is_told() {
    let copied = |text: &str, rows, cut| Copied {
        text: text.into(),
        rows,
        cut,
    };
    for (found, told) in [
        (copied("n\tword\n2\tw2\n3\tw3\n", 2, 0), None),
        (copied("n\tword\n2\tw2\n", 1, 0), Some("Copied 1 of 2 rows")),
        (
            copied("n\tword\n2\t\n3\t\n", 2, 2),
            Some("2 values left empty"),
        ),
    ] {
        let mut model = showing();
        act(&mut model, Do::Mark(1, 0, false));
        act(&mut model, Do::Mark(2, 1, true));
        let effects = act(&mut model, Do::Copy);
        let [Effect::Data(Read::Copy(ask, path, Copy::Rows(view, _, rows)))] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert_eq!(
            (path, view.table.as_str(), rows),
            (&own(), "first", &(1..=2))
        );
        let late = News::Copied(ask - 1, Ok(found.clone()));
        assert_eq!(news(&mut model, late), [], "of an older question");
        let effects = news(&mut model, News::Copied(*ask, Ok(found.clone())));
        assert_eq!(effects, [Effect::Ui(UiEffect::CopyText(found.text))]);
        assert_eq!(model.data.copying, None);
        let title = model.toasts.iter().next().map(|t| t.title.as_str());
        assert_eq!(title, told);
    }
}

#[test]
fn a_copy_that_was_stopped_or_left_reaches_no_clipboard() {
    for leave in [Do::StopCopy, Do::Database(other())] {
        let mut model = showing();
        act(&mut model, Do::Mark(1, 0, false));
        let effects = act(&mut model, Do::Copy);
        let [Effect::Data(Read::Copy(ask, ..))] = effects[..] else {
            panic!("{effects:?}");
        };
        act(&mut model, leave);
        assert_eq!(
            news(&mut model, News::Copied(ask, Ok(Copied::default()))),
            []
        );
    }
}

#[test]
fn a_long_value_is_copied_in_full_and_of_a_huge_one_the_beginning() {
    let mut model = showing();
    let shown = model.data.table.as_mut().unwrap();
    shown.pages.get_mut(&0).unwrap()[4].cells[1] = Value::Long(Long {
        blob: false,
        bytes: 9_000,
        beginning: vec![b'x'; 512],
    });
    act(&mut model, Do::Mark(4, 1, false));
    let effects = act(&mut model, Do::CopyCell);
    let [Effect::Data(Read::Copy(ask, _, Copy::Value(Spot::Table(_, column, place))))] =
        &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!((column.as_str(), place), ("word", &Where::Id(5)));
    let copied = Copied {
        text: "xxx".into(),
        rows: 1,
        cut: 1,
    };
    let effects = news(&mut model, News::Copied(*ask, Ok(copied)));
    assert_eq!(words(&effects), "copy");
    let title = model.toasts.iter().next().map(|t| t.title.clone());
    assert!(title.is_some_and(|t| t.starts_with("Copied the first")));
}

#[test]
fn a_long_value_of_an_answer_is_shown_from_its_statement() {
    let mut model = showing();
    act(&mut model, Do::Pane(Pane::Sql));
    act(&mut model, Do::Type("SELECT 1; SELECT long".into()));
    act(&mut model, Do::Run);
    let run = model.data.query.running.unwrap().0;
    let answer = Answer {
        place: 10..21,
        columns: vec!["long".into()],
        rows: vec![vec![Value::Null], vec![Value::Integer(7)]],
        more: false,
        took: Duration::ZERO,
    };
    let outcome = Outcome {
        answers: vec![answer.into()],
        mistake: None,
        took: Duration::ZERO,
    };
    let sql = "SELECT 1; SELECT long".to_owned();
    news(&mut model, News::Ran(run, sql, Ok(outcome)));
    act(&mut model, Do::Mark(1, 0, false));
    let effects = act(&mut model, Do::OpenCell);
    let [Effect::Data(Read::Cell(ask, _, Spot::Answer(_, sql, at), _))] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!((sql.as_str(), *at), ("SELECT long", (1, 0)));
    let part = Part {
        blob: false,
        bytes: 1,
        from: 0,
        part: b"7".to_vec(),
    };
    news(&mut model, News::Cell(ask - 1, Ok(part.clone())));
    let read = |model: &Model| model.data.query.cell.as_ref().and_then(|c| c.part.clone());
    assert_eq!(read(&model), None, "of an older question");
    news(&mut model, News::Cell(*ask, Ok(part.clone())));
    assert_eq!(read(&model), Some(Ok(part)));
    act(&mut model, Do::CloseCell);
    assert_eq!(model.data.query.cell, None);
}

#[test]
fn statements_are_remembered_and_the_last_answer_is_shown() {
    let mut model = showing();
    for text in ["SELECT 1", "SELECT 2", "SELECT 1"] {
        act(&mut model, Do::Type(text.into()));
        act(&mut model, Do::Run);
    }
    assert_eq!(model.sql_history, ["SELECT 1", "SELECT 2"]);
    let run = model.data.query.running.unwrap().0;
    let answer = |columns: &[&str]| Answer {
        place: 0..8,
        columns: columns.iter().map(|c| (*c).into()).collect(),
        rows: vec![vec![
            Value::Text("a".into()),
            Value::Null,
            Value::Integer(7),
        ]],
        more: true,
        took: Duration::ZERO,
    };
    let outcome = Outcome {
        answers: vec![answer(&["a"]).into(), answer(&["x", "y", "z"]).into()],
        mistake: None,
        took: Duration::ZERO,
    };
    let ran = |run| News::Ran(run, "SELECT 1".into(), Ok(outcome.clone()));
    news(&mut model, ran(run - 1));
    assert!(model.data.query.running.is_some(), "an older one has ended");
    news(&mut model, ran(run));
    let query = &model.data.query;
    assert_eq!((query.running, query.answer), (None, 1));
    assert_eq!(query.axes, (0, 2), "the first column of numbers goes up");
    let most = query.most;
    let effects = act(&mut model, Do::More);
    let [Effect::Data(Read::Run(_, path, sql, wanted))] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!((path, sql.as_str()), (&own(), "SELECT 1"));
    assert_eq!(*wanted, most * 10);
}

#[test]
fn a_value_is_found_by_its_number_or_else_by_its_place() {
    let mut model = showing();
    let place = Where::Place(0, Box::new(order(300)));
    for (id, wanted) in [(Some(1), Where::Id(1)), (None, place)] {
        let shown = model.data.table.as_mut().unwrap();
        shown.order = Some(Ok(Arc::new(order(300))));
        shown.pages.get_mut(&0).unwrap()[0].id = id;
        act(&mut model, Do::Mark(0, 1, false));
        let effects = act(&mut model, Do::OpenCell);
        let [Effect::Data(Read::Cell(_, _, Spot::Table(_, column, place), _))] = &effects[..]
        else {
            panic!("{effects:?}");
        };
        assert_eq!((column.as_str(), place), ("word", &wanted));
    }
}

#[test]
fn a_schema_that_changed_keeps_the_table_where_it_can() {
    for (tables, asked, kept) in [
        (vec![table("first")], "count quick build", true),
        (vec![table("second")], "count", false),
    ] {
        let mut model = showing();
        let schema = |stamp| Schema {
            stamp: Stamp::made_up(stamp),
            tables: tables.clone(),
        };
        let same = news(&mut model, News::Schema(own(), Ok(schema(1))));
        assert_eq!(words(&same), "", "nobody wrote");
        let effects = news(&mut model, News::Schema(own(), Ok(schema(2))));
        assert_eq!(words(&effects), asked);
        let shown = model.data.table.as_ref();
        assert_eq!(shown.is_some_and(|t| !t.pages.is_empty()), kept);
        assert_eq!(news(&mut model, News::Schema(other(), Ok(schema(3)))), []);
    }
}

#[test]
fn a_database_that_is_wanted_comes_first_once_they_are_known() {
    let mut model = looking();
    assert_eq!(crate::app::update::data::look_into(&mut model, other()), []);
    let effects = found(&mut model);
    assert_eq!(
        effects,
        [Read::Leave, Read::Schema(other())].map(Effect::Data)
    );
    let again = crate::app::update::data::look_into(&mut model, other());
    assert_eq!(again, [], "it is looked into already");
    let effects = crate::app::update::data::look_into(&mut model, own());
    assert_eq!(words(&effects), "leave schema");
    assert_eq!(model.data.database, Some(own()));
}

#[test]
fn an_export_begins_with_the_name_of_its_table() {
    let mut model = showing();
    let picks = |effects: &[Effect]| match effects {
        [Effect::PickExport(name, format)] => (name.clone(), *format),
        effects => panic!("{effects:?}"),
    };
    let asked = picks(&act(&mut model, Do::Export(Format::Json)));
    assert_eq!(asked, ("first".to_owned(), Format::Json));
}
