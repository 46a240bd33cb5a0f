//! What a connection may do: a database from elsewhere can neither write, nor call for other files, nor
//! take more memory, time or depth than it is given.

use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use super::stop::Stop;

/// How many of SQLite's steps go by between two looks at clock and flag: far less than a millisecond.
const STEPS: i32 = 2_000;

/// Longest value that is read or made, in bytes.
pub(super) const LONGEST_VALUE: i32 = 64 << 20;

/// PRAGMAs that only tell something.
const HARMLESS: [&str; 27] = [
    "application_id",
    "auto_vacuum",
    "cache_size",
    "collation_list",
    "compile_options",
    "data_version",
    "database_list",
    "encoding",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "freelist_count",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "journal_mode",
    "module_list",
    "page_count",
    "page_size",
    "pragma_list",
    "quick_check",
    "schema_version",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Of those, the ones that take an argument which changes nothing.
const WITH_ARGUMENT: [&str; 10] = [
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// What can be set before the first look at the file.
pub(super) fn distrust(db: &Connection) -> Result<()> {
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        // The log is left as it is.
        (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
        // A misspelt column is an error, not a text.
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    ] {
        db.set_db_config(setting, on)?;
    }
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_VDBE_OP, 1_000_000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        db.set_limit(limit, value)?;
    }
    Ok(())
}

/// What holds from then on: only reading, until `stop` or for at most `limit`.
pub(super) fn bound(db: &mut Connection, stop: &Stop, limit: Duration) -> Result<()> {
    // Sorting goes to a temporary file of the system beyond this much memory.
    db.execute_batch("PRAGMA mmap_size=0; PRAGMA cache_size=-16384; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;")?;
    let (until, flag) = (Instant::now() + limit, stop.clone());
    db.progress_handler(
        STEPS,
        Some(move || flag.is_stopped() || Instant::now() > until),
    )?;
    db.authorizer(Some(allowed))
}

fn allowed(context: AuthContext<'_>) -> Authorization {
    let ok = match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => {
            !["load_extension", "fts3_tokenizer"].contains(&function_name)
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => {
            let name = pragma_name.to_ascii_lowercase();
            let list: &[&str] = match pragma_value {
                None => &HARMLESS,
                Some(_) => &WITH_ARGUMENT,
            };
            list.contains(&name.as_str())
        }
        _ => false,
    };
    if ok {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}
