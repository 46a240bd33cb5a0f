//! The folder of logs of a session, open: what a supervisor writes and removes in it stays in it, even if the
//! script that it runs puts a link or another folder in its place.

#[cfg(unix)]
pub use unix::Logs;
#[cfg(windows)]
pub use windows::Logs;

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::path::Path;

    use rustix::fs::{AtFlags, Mode, OFlags, openat, renameat, unlinkat};

    use crate::session::sys;

    /// The folder itself, wherever it is moved.
    #[derive(Debug)]
    pub struct Logs(File);

    impl Logs {
        /// Opens the folder `path`, which is no link.
        pub fn open(path: &Path) -> io::Result<Self> {
            sys::open_directory(path).map(Self)
        }

        /// Replaces the file `name` in one step; what is written is called `unfinished` until it is whole.
        pub fn replace(&self, name: &str, unfinished: &str, bytes: &[u8]) -> io::Result<()> {
            // Nobody else writes it: what is there was left by a write that failed.
            let _ = self.remove(unfinished);
            let written = self
                .write_new(unfinished, bytes)
                .and_then(|()| Ok(renameat(&self.0, unfinished, &self.0, name)?));
            if written.is_err() {
                // What is left of it is worth nothing; the error that counts is the one above.
                let _ = self.remove(unfinished);
            }
            written
        }

        fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let file = openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?;
            let mut file = File::from(file);
            file.write_all(bytes)?;
            file.sync_all()
        }

        /// The first `most` bytes of the file `name`.
        pub fn read(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = File::from(openat(&self.0, name, flags, Mode::empty())?);
            if !file.metadata()?.is_file() {
                return Err(io::Error::other("not a regular file"));
            }
            let mut bytes = Vec::new();
            file.take(most).read_to_end(&mut bytes)?;
            Ok(bytes)
        }

        /// Removes the file `name`.
        pub fn remove(&self, name: &str) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io::{self, Read};
    use std::path::{Path, PathBuf};

    use crate::session::{atomic, sys};

    /// The path is enough: nobody can move a folder in which a supervisor has its lock file open.
    #[derive(Debug)]
    pub struct Logs(PathBuf);

    impl Logs {
        /// The folder `path`, which is no link.
        pub fn open(path: &Path) -> io::Result<Self> {
            if std::fs::symlink_metadata(path)?.is_dir() {
                Ok(Self(path.to_owned()))
            } else {
                Err(io::ErrorKind::NotADirectory.into())
            }
        }

        /// Replaces the file `name` in one step; what is written is called `unfinished` until it is whole.
        pub fn replace(&self, name: &str, unfinished: &str, bytes: &[u8]) -> io::Result<()> {
            // Nobody else writes it: what is there was left by a write that failed.
            let _ = self.remove(unfinished);
            atomic::replace(&self.0.join(name), &self.0.join(unfinished), bytes)
        }

        /// The first `most` bytes of the file `name`.
        pub fn read(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            let file = sys::open_regular(&self.0.join(name))?;
            file.take(most).read_to_end(&mut bytes)?;
            Ok(bytes)
        }

        /// Removes the file `name`.
        pub fn remove(&self, name: &str) -> io::Result<()> {
            std::fs::remove_file(self.0.join(name))
        }
    }
}
