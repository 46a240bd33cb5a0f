//! `python-client`: writes out the Python file with which a backend uses sessions. It is part of the
//! program, so that both are of one version.

use std::io::{self, Write};
use std::path::Path;

use super::{Context, Failed, complain};
use crate::session::atomic;

const NAME: &str = "eyproject_sessions.py";
const TEXT: &str = include_str!("../../assets/python/eyproject_sessions.py");

/// Writes it to `output`, in one step and over an older one, or to stdout.
pub fn write(context: &Context, output: Option<&Path>) -> Result<(), Failed> {
    let Some(output) = output else {
        io::stdout().write_all(TEXT.as_bytes())?;
        return Ok(());
    };
    let file = match output.is_dir() {
        true => output.join(NAME),
        false => output.to_owned(),
    };
    replace(&file).map_err(|e| {
        complain(&format!(
            "could not write {}: {e}; name a file in a folder that is there and yours",
            file.display()
        ));
        Failed::Refused
    })?;
    context.say(&format!("written to {}", file.display()));
    Ok(())
}

fn replace(file: &Path) -> io::Result<()> {
    // The name is fresh, so that two programs never write one temporary file.
    let name = format!(".{}.new", atomic::fresh_name()?);
    atomic::replace(file, &file.with_file_name(name), TEXT.as_bytes())
}
