//! Converts data files into tables of one database, as an upload does, and says how long it took:
//! `convert DATABASE FILE…`. What `benches/tables.py` compares with other programs.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use eyproject_sessions::session::Cancel;
use eyproject_sessions::upload::tables::{Limits, RelFile, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let database = PathBuf::from(arguments.next().ok_or("usage: convert DATABASE FILE…")?);
    let files: Vec<RelFile> = arguments
        .map(PathBuf::from)
        .map(|path| RelFile {
            relative: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            path,
        })
        .collect();
    let start = Instant::now();
    let converted = convert(
        &files,
        &database,
        &Limits::default(),
        &Cancel::default(),
        &|_| {},
    )?;
    println!("{:.3} s", start.elapsed().as_secs_f64());
    for table in &converted.tables {
        println!(
            "{}: {} rows, {} columns",
            table.name,
            table.rows,
            table.columns.len()
        );
        for change in &table.changes {
            println!("  {change}");
        }
    }
    for skipped in &converted.skipped {
        println!("{}: {}", skipped.file, skipped.reason);
    }
    Ok(())
}
