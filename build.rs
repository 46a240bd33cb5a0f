//! Gives the Windows executables their icon, version and manifest. Does nothing for other systems.

use std::error::Error;

/// Each executable, and its description: what Explorer and the task manager show as its name.
const EXECUTABLES: [(&str, &str); 2] = [
    ("eyproject-sessions", "EYProject sessions (command line)"),
    ("eyproject-sessions-window", "EYProject sessions"),
];

const ICON: &str = "assets/icon.ico";
const MANIFEST: &str = "assets/windows.manifest";

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={file}");
    }
    if std::env::var("CARGO_CFG_TARGET_OS")? != "windows" {
        return Ok(());
    }
    for (name, description) in EXECUTABLES {
        winresource::WindowsResource::new()
            .set("ProductName", "EYProject sessions")
            .set("FileDescription", description)
            .set("InternalName", name)
            .set("OriginalFilename", &format!("{name}.exe"))
            .set("LegalCopyright", "MIT OR Apache-2.0")
            .set_icon(ICON)
            .set_manifest_file(MANIFEST)
            .compile_for(name)
            .map_err(|e| {
                format!(
                    "could not compile the icon and manifest of {name}.exe: {e}; this needs rc.exe \
                     of the Windows SDK, or windres of MinGW"
                )
            })?;
    }
    Ok(())
}
