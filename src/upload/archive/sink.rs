//! Writes what the gate let in, below one directory, counting every byte. Knows no format.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use super::failure::{Failure, Result};
use super::gate::NewFile;
use super::limits::Meter;
use super::name::EntryName;
use super::sys::Folder;
use super::tree::{Tree, What};
use crate::session::{Cancel, Progress, failpoint};

/// Bytes between two looks at [`Cancel`], and the most that one write takes.
const CHUNK: usize = 256 << 10;
/// As [`CHUNK`], where the kernel copies.
const COPY_CHUNK: u64 = 16 << 20;

/// Where an archive goes. Threads share it; each writes through a [`Writer`] of its own.
#[derive(Debug)]
pub(super) struct Sink<'a> {
    root: Folder,
    path: &'a Path,
    meter: &'a Meter<'a>,
    cancel: &'a Cancel,
    progress: &'a Progress,
}

impl<'a> Sink<'a> {
    /// A sink below the directory `path`.
    pub fn open(
        path: &'a Path,
        meter: &'a Meter<'a>,
        cancel: &'a Cancel,
        progress: &'a Progress,
    ) -> Result<Self> {
        let root = Folder::open(path).map_err(|e| Failure::write(path, e))?;
        Ok(Self {
            root,
            path,
            meter,
            cancel,
            progress,
        })
    }

    pub fn meter(&self) -> &'a Meter<'a> {
        self.meter
    }

    pub fn progress(&self) -> &'a Progress {
        self.progress
    }

    /// Fails once somebody cancelled.
    pub fn check_cancel(&self) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Failure::cancelled());
        }
        Ok(())
    }

    /// Makes folders, outer ones first.
    pub fn make_folders(&self, names: &[EntryName]) -> Result<()> {
        for name in names {
            self.check_cancel()?;
            self.root
                .make_folder(name.as_str())
                .map_err(|e| self.failed(name, e))?;
        }
        Ok(())
    }

    /// A writer for one thread.
    pub fn writer(&'a self) -> Writer<'a> {
        Writer {
            sink: self,
            folder: None,
            chunk: vec![0; CHUNK],
        }
    }

    /// Gives folders the times that the archive has for them, once nothing is written to them any more.
    pub fn set_folder_times(&self, tree: &Tree) -> Result<()> {
        for id in tree.ids().rev() {
            self.check_cancel()?;
            if let What::Folder {
                modified: Some(time),
                ..
            } = tree.what(id)
            {
                let path = tree.path(id);
                // A time that the file system can't keep is not worth an upload.
                if let Ok(folder) = self.root.folder(&path) {
                    let _ = folder.set_modified(*time);
                }
            }
        }
        Ok(())
    }

    fn failed(&self, name: &EntryName, error: std::io::Error) -> Failure {
        Failure::write(name.below(self.path), error).at(name.as_str())
    }
}

/// What stood in the directory before the archive came.
pub(super) fn foreign_names(path: &Path) -> Result<Vec<String>> {
    let failed = |e| Failure::write(path, e);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// Writes files one after the other, keeping the folder of the last one open.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    sink: &'a Sink<'a>,
    folder: Option<(Box<str>, Folder)>,
    chunk: Vec<u8>,
}

impl Writer<'_> {
    /// Writes `content`, to its end, to a new file.
    pub fn write(&mut self, file: &NewFile, content: &mut dyn Read) -> Result<()> {
        let sink = self.sink;
        let mut out = self.create(file)?;
        loop {
            sink.check_cancel()?;
            let n = fill(content, &mut self.chunk)
                .map_err(|e| Failure::read(e).at(file.name.as_str()))?;
            if n == 0 {
                break;
            }
            sink.meter
                .write(n as u64)
                .map_err(|e| e.at(file.name.as_str()))?;
            out.write_all(&self.chunk[..n])
                .map_err(|e| sink.failed(&file.name, e))?;
            sink.progress.add(0, n as u64);
            if n < self.chunk.len() {
                break;
            }
        }
        self.close(file, &out)
    }

    /// Writes to a new file what stands in the file `from`, which we wrote before.
    pub fn copy(&mut self, from: &EntryName, file: &NewFile) -> Result<()> {
        let sink = self.sink;
        sink.check_cancel()?;
        let mut source = sink
            .root
            .file(from.as_str())
            .map_err(|e| sink.failed(from, e))?;
        let length = source.metadata().map_err(|e| sink.failed(from, e))?.len();
        sink.meter
            .write(length)
            .map_err(|e| e.at(file.name.as_str()))?;
        let mut out = self.create(file)?;
        loop {
            sink.check_cancel()?;
            let n = std::io::copy(&mut (&mut source).take(COPY_CHUNK), &mut out)
                .map_err(|e| sink.failed(&file.name, e))?;
            if n == 0 {
                break;
            }
            sink.progress.add(0, n);
        }
        self.close(file, &out)
    }

    fn create(&mut self, file: &NewFile) -> Result<File> {
        let failed = |e| self.sink.failed(&file.name, e);
        failpoint::reach("unpack-file").map_err(failed)?;
        let root = &self.sink.root;
        let made = match file.name.split() {
            (None, last) => root.make_file(last, file.executable),
            (Some(folder), last) => {
                let open = match &mut self.folder {
                    Some((name, open)) if **name == *folder => open,
                    other => {
                        let open = root.folder(folder).map_err(failed)?;
                        &mut other.insert((folder.into(), open)).1
                    }
                };
                open.make_file(last, file.executable)
            }
        };
        made.map_err(failed)
    }

    fn close(&self, file: &NewFile, out: &File) -> Result<()> {
        if let Some(time) = file.modified {
            // As with folders: a time that can't be kept is not worth an upload.
            let _ = out.set_modified(time);
        }
        self.sink.progress.add(1, 0);
        Ok(())
    }
}

/// Reads until `buf` is full or the end is there.
fn fill(from: &mut dyn Read, buf: &mut [u8]) -> std::io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match from.read(&mut buf[done..]) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}
