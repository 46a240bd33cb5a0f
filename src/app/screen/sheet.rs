//! What stands on the sheet of shortcuts: the commands, and what keys mean in places that have their own.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::app::command::{Command, Group};
use crate::app::format;
use crate::app::model::{Model, filter};
use crate::app::views::run_output;
use crate::app::views::shortcuts::Group as Shown;

const COMMAND: Modifiers = Modifiers::COMMAND;
const PLAIN: Modifiers = Modifiers::NONE;

/// All groups, in the order of the sheet.
pub fn groups(ctx: &Context, model: &Model) -> Vec<Shown> {
    let line = |c: Command| (c.label(model), format::shortcut(ctx, &c.shortcut()));
    let commands = |group| Command::ALL.into_iter().filter(move |c| c.group() == group);
    let of_commands = Group::ALL.into_iter().map(|group| Shown {
        heading: group.label().to_owned(),
        commands: commands(group).map(line).collect(),
    });
    let word = |(word, meaning): &(&str, &str)| ((*meaning).to_owned(), (*word).to_owned());
    let words = Shown {
        heading: "Words for the filter".to_owned(),
        commands: filter::WORDS.iter().map(word).collect(),
    };
    let of_places = places().into_iter().map(|(heading, keys)| Shown {
        heading: heading.to_owned(),
        commands: keys
            .into_iter()
            .map(|(words, keys)| (words.to_owned(), format::shortcut(ctx, &keys)))
            .collect(),
    });
    of_commands.chain(of_places).chain([words]).collect()
}

type Keys = Vec<(&'static str, KeyboardShortcut)>;

/// What keys mean in places that have their own.
fn places() -> [(&'static str, Keys); 4] {
    let key = KeyboardShortcut::new;
    let files = vec![
        ("Delete the file", key(PLAIN, Key::Delete)),
        ("Next line that was found", key(PLAIN, Key::F3)),
        (
            "Previous line that was found",
            key(Modifiers::SHIFT, Key::F3),
        ),
    ];
    let rows = vec![
        ("Show the value in full", key(PLAIN, Key::Enter)),
        ("Copy the cell", key(COMMAND, Key::C)),
        (
            "Copy the rows with their head",
            key(COMMAND.plus(Modifiers::SHIFT), Key::C),
        ),
        ("First row", key(COMMAND, Key::Home)),
        ("Last row", key(COMMAND, Key::End)),
    ];
    let sql = vec![
        ("Run the statement", key(COMMAND, Key::Enter)),
        ("Take the first name that is offered", key(PLAIN, Key::Tab)),
        (
            "Refuse the names, or leave the editor",
            key(PLAIN, Key::Escape),
        ),
    ];
    let run = vec![
        ("Run the script, in Arguments", key(PLAIN, Key::Enter)),
        ("Start of the output", run_output::START),
        ("End of the output", run_output::END),
        ("Copy the output", run_output::COPY),
    ];
    [
        ("Files of a session", files),
        ("Rows of a table", rows),
        ("SQL editor", sql),
        ("Run", run),
    ]
}
