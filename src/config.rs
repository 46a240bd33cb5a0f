//! Settings: `config.toml` as a person wrote it, and what holds after flags, environment and defaults.
//! The only place that asks where this platform keeps settings and temporary files.

mod server;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::session::cleanup::{DEFAULT_KEEP, Policy};
use crate::session::{BaseDir, atomic, text};
use crate::upload::ArchiveRules;

pub use server::{ServerRules, parse_origin};

/// Names the base directory; stronger than the settings file, weaker than `--base`.
pub const BASE_VARIABLE: &str = "EYPROJECT_TEMP_BASE";

/// Names how many sessions are kept; stronger than the settings file, weaker than `--keep`.
pub const KEEP_VARIABLE: &str = "EYPROJECT_MAX_SESSIONS";

/// Holds the token of the HTTP API where no file is named.
pub const TOKEN_VARIABLE: &str = "EYPROJECT_TOKEN";

const APPLICATION: &str = "eyproject-sessions";
const FILE_NAME: &str = "config.toml";
const DEFAULT_BASE_NAME: &str = "EYProject";

/// Bytes of free disk that an upload never uses.
pub const DEFAULT_DISK_FLOOR: u64 = 1_000_000_000;

/// What the settings file says; whatever it doesn't say has its default. Unknown keys survive.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Base directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<PathBuf>,
    /// Which sessions stay.
    pub cleanup: Retention,
    /// How uploads are made.
    pub upload: UploadRules,
    /// How scripts are run.
    pub run: RunRules,
    /// How the window looks.
    pub window: Look,
    /// The HTTP API of the window.
    pub server: ServerRules,
    /// Keys that this version doesn't know.
    #[serde(flatten)]
    pub other: HashMap<String, toml::Value>,
}

/// The rules of retention as a person writes them: sizes like `"20GB"`, ages like `"7d"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Keep this many of the newest; `false` for no limit.
    pub keep: Limit,
    /// Delete what is older.
    #[serde(with = "age", skip_serializing_if = "Option::is_none")]
    pub older_than: Option<Duration>,
    /// Most bytes that all sessions may take together.
    #[serde(with = "size", skip_serializing_if = "Option::is_none")]
    pub max_total: Option<u64>,
    /// Fewest bytes of the disk that shall be free.
    #[serde(with = "size", skip_serializing_if = "Option::is_none")]
    pub min_free: Option<u64>,
}

/// A number, or `false` for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    /// That many.
    Count(usize),
    /// `false`: no limit.
    Switch(bool),
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            keep: Limit::Count(DEFAULT_KEEP),
            older_than: None,
            max_total: None,
            min_free: None,
        }
    }
}

impl Retention {
    /// The rules as the plan takes them.
    pub fn policy(&self) -> Policy {
        Policy {
            keep: match self.keep {
                Limit::Count(n) => Some(n),
                Limit::Switch(true) => Some(DEFAULT_KEEP),
                Limit::Switch(false) => None,
            },
            max_age: self.older_than,
            max_total: self.max_total,
            min_free: self.min_free,
        }
    }

    /// The way to write rules down.
    pub fn of(policy: &Policy) -> Self {
        Self {
            keep: policy.keep.map_or(Limit::Switch(false), Limit::Count),
            older_than: policy.max_age,
            max_total: policy.max_total,
            min_free: policy.min_free,
        }
    }
}

/// How uploads are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadRules {
    /// Bytes of free disk that an upload leaves alone; 1 GB unless set.
    #[serde(with = "size", skip_serializing_if = "Option::is_none")]
    pub disk_floor: Option<u64>,
    /// Whether an archive is stored beside what it unpacks to.
    pub keep_archives: bool,
    /// Files, folders and links that an archive may hold.
    pub max_entries: u64,
    /// How many times its size an archive may unpack to, once past 256 MB.
    pub max_ratio: u64,
    /// How many folders deep an archive may go.
    pub max_levels: usize,
    /// How many bytes long the name of an entry may be, folders included.
    pub max_name_bytes: usize,
}

impl Default for UploadRules {
    fn default() -> Self {
        Self {
            disk_floor: Some(DEFAULT_DISK_FLOOR),
            keep_archives: false,
            max_entries: 500_000,
            max_ratio: 200,
            max_levels: 64,
            max_name_bytes: 1024,
        }
    }
}

impl UploadRules {
    /// Bytes of free disk that an upload leaves alone.
    pub fn disk_floor(&self) -> u64 {
        self.disk_floor.unwrap_or(DEFAULT_DISK_FLOOR)
    }

    /// What an archive may hold.
    pub fn archive_rules(&self) -> ArchiveRules {
        ArchiveRules {
            entries: self.max_entries,
            ratio: self.max_ratio,
            levels: self.max_levels,
            name_bytes: self.max_name_bytes,
        }
    }
}

/// How scripts are run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunRules {
    /// The Python that runs scripts of sessions without a `.venv`; the one on the PATH unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub python: Option<PathBuf>,
    /// Bytes of a script's output that its log keeps; 1 GB unless set.
    #[serde(with = "size", skip_serializing_if = "Option::is_none")]
    pub log_limit: Option<u64>,
}

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Size of everything, 1.0 to 2.0, on top of what the screen asks for.
    pub scale: f32,
    /// Whether changes fade; off for people whom movement disturbs.
    pub animations: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            scale: 1.0,
            animations: true,
        }
    }
}

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says, and changing with it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What settings could not be used, with the mend in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(pub String);

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl Settings {
    /// Reads settings from the text of a file.
    ///
    /// # Errors
    /// Where it isn't valid TOML or a value isn't what it should be, with line and column.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let settings: Self =
            toml::from_str(text).map_err(|e| Problem(e.to_string().trim_end().to_owned()))?;
        let scale = settings.window.scale;
        if !(1.0..=2.0).contains(&scale) {
            return Err(Problem(format!(
                "window.scale is {scale}; it must be from 1.0 to 2.0"
            )));
        }
        Ok(settings)
    }

    /// Reads the settings file; one that isn't there says nothing.
    ///
    /// # Errors
    /// If it can't be read or understood, with its path. The caller goes on with the defaults.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        match fs_err::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|e| {
                Problem(format!(
                    "could not use the settings in {}: {e}; mend or delete that file",
                    path.display()
                ))
            }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(Problem(format!("could not read the settings: {e}"))),
        }
    }

    /// Writes the settings file in one step.
    ///
    /// # Errors
    /// If it can't be written, with its path; then the old one stands.
    pub fn save(&self, path: &Path) -> Result<(), Problem> {
        let failed = |e: &dyn std::fmt::Display| {
            Problem(format!(
                "could not save the settings in {}: {e}",
                path.display()
            ))
        };
        let text = toml::to_string_pretty(self).map_err(|e| failed(&e))?;
        save_text(path, &text).map_err(|e| failed(&e))
    }
}

/// Replaces a small file of the user's settings in one step, making its directory where it is missing.
///
/// # Errors
/// If the directory or the file can't be written; then the old file stands.
pub fn save_text(path: &Path, text: &str) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs_err::create_dir_all(dir)?;
    }
    // The name is fresh, so that two programs never write one temporary file.
    let name = format!(".{}.new", atomic::fresh_name()?);
    atomic::replace(path, &path.with_file_name(name), text.as_bytes())
}

/// Where this platform keeps a person's settings: `config.toml`.
pub fn settings_file() -> Option<PathBuf> {
    Some(
        directories::ProjectDirs::from("", "", APPLICATION)?
            .config_dir()
            .join(FILE_NAME),
    )
}

/// Where this platform keeps what a program remembers by itself, such as the place of its window.
pub fn state_dir() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", APPLICATION)?;
    Some(
        dirs.state_dir()
            .unwrap_or_else(|| dirs.data_local_dir())
            .to_owned(),
    )
}

/// `<system temp dir>/EYProject`.
#[expect(clippy::disallowed_methods, reason = "this is where it is decided")]
pub fn default_base() -> PathBuf {
    std::env::temp_dir().join(DEFAULT_BASE_NAME)
}

/// The base directory that holds: flag, environment, settings, default.
pub fn base(flag: Option<PathBuf>, environment: Option<PathBuf>, settings: &Settings) -> BaseDir {
    let given = |p: &PathBuf| !p.as_os_str().is_empty();
    flag.or(environment)
        .filter(given)
        .or_else(|| settings.base.clone().filter(given))
        .map_or_else(|| BaseDir::default_at(default_base()), BaseDir::chosen)
}

/// The rules of retention that hold where no flag names one: environment, settings, default.
///
/// # Errors
/// If the environment's number isn't one.
pub fn policy(environment: Option<&str>, settings: &Settings) -> Result<Policy, Problem> {
    let mut policy = settings.cleanup.policy();
    if let Some(text) = environment.filter(|t| !t.is_empty()) {
        let keep = text.parse().map_err(|_| {
            Problem(format!(
                "{KEEP_VARIABLE} is {text:?}; it must be a number of sessions such as 10"
            ))
        })?;
        policy.keep = Some(keep);
    }
    Ok(policy)
}

mod age {
    //! Ages as `"7d"`.
    use super::{Deserialize, Duration, text};
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(age: &Option<Duration>, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&text::typed_age(age.unwrap_or_default()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Duration>, D::Error> {
        let written = String::deserialize(d)?;
        text::parse_age(&written)
            .map(Some)
            .map_err(serde::de::Error::custom)
    }
}

mod size {
    //! Sizes as `"20GB"` or as a number of bytes.
    use super::{Deserialize, text};
    use serde::{Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bytes(u64),
        Text(String),
    }

    pub fn serialize<S: Serializer>(size: &Option<u64>, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&text::typed_bytes(size.unwrap_or_default()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u64>, D::Error> {
        match Written::deserialize(d)? {
            Written::Bytes(n) => Ok(Some(n)),
            Written::Text(t) => text::parse_bytes(&t)
                .map(Some)
                .map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_people_write_them_and_come_back_the_same() {
        let text = "base = \"/data/ey\"\nfuture = 1\n[cleanup]\nkeep = 5\nolder_than = \"7d\"\nmax_total = \"20GB\"\n[window]\ntheme = \"dark\"\nscale = 1.5\n";
        let settings = Settings::parse(text).unwrap();
        assert_eq!(
            settings.cleanup.policy(),
            Policy {
                keep: Some(5),
                max_age: Some(Duration::from_secs(604_800)),
                max_total: Some(20_000_000_000),
                min_free: None,
            }
        );
        assert_eq!(
            (settings.window.theme, settings.window.scale),
            (Theme::Dark, 1.5)
        );
        assert!(
            settings.other.contains_key("future"),
            "unknown keys survive"
        );
        assert_eq!(
            Settings::parse(&toml::to_string(&settings).unwrap()).unwrap(),
            settings
        );
        assert_eq!(Settings::parse("").unwrap(), Settings::default());
        let unlimited = Settings::parse("[cleanup]\nkeep = false").unwrap();
        assert_eq!(unlimited.cleanup.policy(), Policy::none());
        assert_eq!(Retention::of(&Policy::none()), unlimited.cleanup);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused_with_the_place() {
        for (text, part) in [
            ("[cleanup]\nkeep = -1", "line 2"),
            ("[cleanup]\nolder_than = \"soon\"", "90m, 12h, 7d or 3w"),
            ("[window]\nscale = 9.0", "from 1.0 to 2.0"),
            ("[window]\nscale = nan", "from 1.0 to 2.0"),
            ("base =", "line 1"),
        ] {
            let problem = Settings::parse(text).unwrap_err().to_string();
            assert!(problem.contains(part), "{text:?}: {problem}");
        }
    }

    #[test]
    fn the_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let path = |s: &str| Some(PathBuf::from(s));
        let file = Settings {
            base: path("/file"),
            ..Settings::default()
        };
        let none = Settings::default();
        let absolute = |p: &str| BaseDir::chosen(p);
        assert_eq!(base(path("/flag"), path("/env"), &file), absolute("/flag"));
        assert_eq!(base(None, path("/env"), &file), absolute("/env"));
        assert_eq!(base(None, None, &file), absolute("/file"));
        assert_eq!(base(None, None, &none), BaseDir::default_at(default_base()));
        assert_eq!(
            base(None, path(""), &none),
            BaseDir::default_at(default_base())
        );
        assert_eq!(policy(Some("3"), &none).unwrap().keep, Some(3));
        assert_eq!(policy(Some(""), &none).unwrap().keep, Some(10));
        assert!(
            policy(Some("many"), &none)
                .unwrap_err()
                .0
                .contains("EYPROJECT_MAX_SESSIONS")
        );
    }
}
