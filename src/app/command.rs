//! Everything that a person can tell the window to do: one table of names, keys and conditions, from which
//! toolbar, menus, keys, palette and the sheet of shortcuts are made.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::icons::Icon;
use super::model::{Load, Model};
use super::platform;

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    NewFromFiles,
    NewFromFolder,
    NewFromClipboard,
    NewEmpty,
    CleanUp,
    CleanUpPreview,
    OpenFolder,
    Reveal,
    CopyPath,
    CopyId,
    MakeCurrent,
    TogglePin,
    Delete,
    DeleteForever,
    Undo,
    SelectAll,
    ClearSelection,
    Filter,
    ShowOverview,
    ShowFiles,
    ShowData,
    Run,
    Widen,
    FindInFile,
    Refresh,
    Settings,
    Server,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Palette,
    Shortcuts,
}

/// Commands that belong together in the sheet of shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Making sessions.
    New,
    /// What is done to the selected ones.
    Session,
    /// Getting rid of old ones.
    CleanUp,
    /// Looking around.
    View,
}

impl Group {
    /// All of them, in the order of the sheet.
    pub const ALL: [Self; 4] = [Self::New, Self::Session, Self::CleanUp, Self::View];

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New session",
            Self::Session => "Selected sessions",
            Self::CleanUp => "Clean up",
            Self::View => "Window",
        }
    }
}

impl Command {
    /// All of them, in the order of palette and sheet.
    pub const ALL: [Self; 32] = [
        Self::NewFromFiles,
        Self::NewFromFolder,
        Self::NewFromClipboard,
        Self::NewEmpty,
        Self::OpenFolder,
        Self::Reveal,
        Self::CopyPath,
        Self::CopyId,
        Self::MakeCurrent,
        Self::TogglePin,
        Self::Run,
        Self::Delete,
        Self::DeleteForever,
        Self::Undo,
        Self::CleanUp,
        Self::CleanUpPreview,
        Self::SelectAll,
        Self::ClearSelection,
        Self::Filter,
        Self::ShowOverview,
        Self::ShowFiles,
        Self::ShowData,
        Self::Widen,
        Self::FindInFile,
        Self::Refresh,
        Self::Settings,
        Self::Server,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomReset,
        Self::Palette,
        Self::Shortcuts,
    ];

    /// Where it stands in the sheet of shortcuts.
    pub fn group(self) -> Group {
        match self {
            Self::NewFromFiles | Self::NewFromFolder | Self::NewFromClipboard | Self::NewEmpty => {
                Group::New
            }
            Self::OpenFolder
            | Self::Reveal
            | Self::CopyPath
            | Self::CopyId
            | Self::MakeCurrent
            | Self::TogglePin
            | Self::Run
            | Self::Delete
            | Self::DeleteForever => Group::Session,
            Self::Undo | Self::CleanUp | Self::CleanUpPreview => Group::CleanUp,
            Self::SelectAll
            | Self::ClearSelection
            | Self::Filter
            | Self::ShowOverview
            | Self::ShowFiles
            | Self::ShowData
            | Self::Widen
            | Self::FindInFile
            | Self::Refresh
            | Self::Settings
            | Self::Server
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::Palette
            | Self::Shortcuts => Group::View,
        }
    }

    /// What it is called.
    pub fn label(self, model: &Model) -> String {
        match self {
            Self::NewFromFiles => "New from files…".into(),
            Self::NewFromFolder => "New from folder…".into(),
            Self::NewFromClipboard => "New from clipboard".into(),
            Self::NewEmpty => "New empty session".into(),
            Self::CleanUp => "Clean up".into(),
            Self::CleanUpPreview => "Clean up…".into(),
            Self::OpenFolder => "Open folder".into(),
            Self::Reveal => format!("Show in {}", platform::FILE_MANAGER),
            Self::CopyPath => "Copy path".into(),
            Self::CopyId => "Copy id".into(),
            Self::MakeCurrent => "Make current".into(),
            Self::TogglePin if model.all_selected_are_pinned() => "Unpin".into(),
            Self::TogglePin => "Pin".into(),
            Self::Delete => "Delete".into(),
            Self::DeleteForever => "Delete permanently…".into(),
            Self::Undo => "Undo delete".into(),
            Self::SelectAll => "Select all".into(),
            Self::ClearSelection => "Select none".into(),
            Self::Filter => "Filter".into(),
            Self::ShowOverview => "Show overview".into(),
            Self::ShowFiles => "Show files".into(),
            Self::ShowData => "Show data".into(),
            Self::Run => "Run…".into(),
            Self::Widen if model.widened => "Show the sessions again".into(),
            Self::Widen => "Widen the right side".into(),
            Self::FindInFile => "Find in the file".into(),
            Self::Refresh => "Refresh".into(),
            Self::Settings => "Settings…".into(),
            Self::Server => "HTTP API…".into(),
            Self::ZoomIn => "Larger".into(),
            Self::ZoomOut => "Smaller".into(),
            Self::ZoomReset => "Normal size".into(),
            Self::Palette => "All commands…".into(),
            Self::Shortcuts => "Keyboard shortcuts".into(),
        }
    }

    /// Its sign, where it has one.
    pub fn icon(self, model: &Model) -> Option<Icon> {
        Some(match self {
            Self::NewFromFiles => Icon::Upload,
            Self::NewFromFolder => Icon::Folder,
            Self::NewFromClipboard => Icon::Clipboard,
            Self::NewEmpty => Icon::Add,
            Self::CleanUp | Self::CleanUpPreview => Icon::Broom,
            Self::OpenFolder => Icon::FolderOpen,
            Self::Reveal => Icon::External,
            Self::CopyPath | Self::CopyId => Icon::Copy,
            Self::MakeCurrent => Icon::Current,
            Self::TogglePin if model.all_selected_are_pinned() => Icon::PinOff,
            Self::TogglePin => Icon::Pin,
            Self::Delete | Self::DeleteForever => Icon::Trash,
            Self::Undo => Icon::Undo,
            Self::Filter => Icon::Search,
            Self::Widen if model.widened => Icon::Narrow,
            Self::Widen => Icon::Widen,
            Self::FindInFile => Icon::Search,
            Self::Refresh => Icon::Refresh,
            Self::Settings => Icon::Settings,
            Self::Palette => Icon::Command,
            Self::Shortcuts => Icon::Keyboard,
            Self::SelectAll
            | Self::ClearSelection
            | Self::ShowOverview
            | Self::ShowFiles
            | Self::ShowData
            | Self::Run
            | Self::Server
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset => return None,
        })
    }

    /// Whether its key means it even while text is being typed.
    pub fn works_while_typing(self) -> bool {
        matches!(
            self,
            Self::NewFromFiles
                | Self::NewFromFolder
                | Self::NewFromClipboard
                | Self::CleanUp
                | Self::CleanUpPreview
                | Self::Filter
                | Self::ShowOverview
                | Self::ShowFiles
                | Self::ShowData
                | Self::Run
                | Self::Widen
                | Self::FindInFile
                | Self::Refresh
                | Self::Settings
                | Self::Server
                | Self::ZoomIn
                | Self::ZoomOut
                | Self::ZoomReset
                | Self::Palette
        )
    }

    /// Whether it asks for more in a dialog of the window.
    pub fn opens_dialog(self) -> bool {
        matches!(
            self,
            Self::CleanUpPreview
                | Self::DeleteForever
                | Self::Settings
                | Self::Server
                | Self::Palette
                | Self::Shortcuts
        )
    }

    /// Its key.
    pub fn shortcut(self) -> KeyboardShortcut {
        let plain = Modifiers::NONE;
        let command = Modifiers::COMMAND;
        let command_shift = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let (modifiers, key) = match self {
            Self::NewFromFiles => (command, Key::N),
            Self::NewFromFolder => (command_shift, Key::N),
            Self::NewFromClipboard => (command_shift, Key::V),
            Self::NewEmpty => (command_shift, Key::E),
            Self::CleanUp => (command_shift, Key::K),
            Self::CleanUpPreview => (command, Key::K),
            Self::OpenFolder => (plain, Key::Enter),
            Self::Reveal => (command, Key::R),
            Self::CopyPath => (command_shift, Key::C),
            Self::CopyId => (command, Key::C),
            Self::MakeCurrent => (command, Key::M),
            Self::TogglePin => (command, Key::P),
            Self::Delete => (plain, Key::Delete),
            Self::DeleteForever => (Modifiers::SHIFT, Key::Delete),
            Self::Undo => (command, Key::Z),
            Self::SelectAll => (command, Key::A),
            Self::ClearSelection => (plain, Key::Escape),
            Self::Filter => (command, Key::F),
            Self::ShowOverview => (command, Key::Num1),
            Self::ShowFiles => (command, Key::Num2),
            Self::ShowData => (command, Key::Num3),
            Self::Run => (command, Key::Num4),
            Self::Widen => (plain, Key::F11),
            // Ctrl+F means this as well while the preview has the keyboard.
            Self::FindInFile => (command_shift, Key::F),
            Self::Refresh => (plain, Key::F5),
            Self::Settings => (command, Key::Comma),
            Self::Server => (command_shift, Key::A),
            Self::ZoomIn => (command, Key::Plus),
            Self::ZoomOut => (command, Key::Minus),
            Self::ZoomReset => (command, Key::Num0),
            Self::Palette => (command_shift, Key::P),
            Self::Shortcuts => (plain, Key::Questionmark),
        };
        KeyboardShortcut::new(modifiers, key)
    }

    /// Whether it can be done now.
    ///
    /// # Errors
    /// Why not, for the tooltip.
    pub fn enabled(self, model: &Model) -> Result<(), String> {
        match self {
            Self::NewFromFiles | Self::NewFromFolder | Self::NewFromClipboard | Self::NewEmpty => {
                base_usable(model)
            }
            Self::CleanUp => {
                base_usable(model)?;
                if model.cleanup_plan().delete.is_empty() {
                    return Err("Nothing to clean up: the rules keep every session".into());
                }
                Ok(())
            }
            Self::CleanUpPreview => base_usable(model),
            Self::OpenFolder | Self::Reveal | Self::MakeCurrent => one_selected(self, model),
            Self::CopyPath | Self::CopyId | Self::TogglePin => some_selected(model),
            Self::Delete | Self::DeleteForever => deletable(model),
            Self::Undo => match model.toasts.newest_batch() {
                Some(_) => Ok(()),
                None => Err("There is nothing to undo".into()),
            },
            Self::SelectAll if model.table.shown_len() == 0 => {
                Err("There is nothing to select".into())
            }
            Self::ClearSelection => some_selected(model),
            Self::ShowOverview | Self::ShowFiles | Self::ShowData | Self::Run => {
                match model.selection.single() {
                    Some(_) => Ok(()),
                    None => Err("Select one session first".into()),
                }
            }
            Self::Widen if model.widened || model.open.is_some() => Ok(()),
            Self::Widen => Err("Select one session first".into()),
            Self::FindInFile => match &model.preview {
                Some(preview) if preview.can_find() => Ok(()),
                _ => Err("Show a text file of a session first".into()),
            },
            Self::Server if !model.server.available => {
                Err("This program was built without its server".into())
            }
            Self::Server
            | Self::SelectAll
            | Self::Filter
            | Self::Refresh
            | Self::Settings
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::Palette
            | Self::Shortcuts => Ok(()),
        }
    }
}

fn base_usable(model: &Model) -> Result<(), String> {
    match &model.load {
        Load::Failed(problem) => Err(problem.why.clone()),
        Load::Reading | Load::Ready => Ok(()),
    }
}

fn some_selected(model: &Model) -> Result<(), String> {
    if model.selection.is_empty() {
        return Err("Select a session first".into());
    }
    Ok(())
}

fn one_selected(command: Command, model: &Model) -> Result<(), String> {
    some_selected(model)?;
    let Some(id) = model.selection.single() else {
        return Err("Select a single session".into());
    };
    if command == Command::MakeCurrent && model.table.current() == Some(id) {
        return Err("It is the current session already".into());
    }
    Ok(())
}

/// Why the selected sessions can't be deleted; of several, those that nothing protects can.
fn deletable(model: &Model) -> Result<(), String> {
    some_selected(model)?;
    let mut protections = model.selected_rows().map(|row| row.session.protection);
    if let Some(row) = model.open_row() {
        let why = row.session.protection;
        return if why.any() {
            Err(format!(
                "It can't be deleted, because {why}. To delete it, {}.",
                why.help()
            ))
        } else {
            Ok(())
        };
    }
    if protections.any(|p| !p.any()) {
        return Ok(());
    }
    Err("All of them are protected: current, in use or pinned".into())
}
