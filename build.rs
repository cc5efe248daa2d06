//! How the program is linked: relocations packed where the system's loader reads them so. They are a megabyte otherwise, which
//! every start reads and keeps in memory.

use std::io::Write as _;
use std::process::Command;
use std::{env, io};

/// The first glibc that reads packed relocations.
const GLIBC: (u32, u32) = (2, 36);

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "cargo::rerun-if-changed=build.rs")?;
    if packed() {
        writeln!(out, "cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs")?;
    }
    Ok(())
}

/// Whether this machine builds for itself, and its glibc is new enough.
fn packed() -> bool {
    let told = |name: &str| env::var(name).unwrap_or_default();
    let here = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    here && told("HOST") == told("TARGET") && glibc().is_some_and(|version| version >= GLIBC)
}

/// `glibc 2.36`
fn glibc() -> Option<(u32, u32)> {
    let answer = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let words = String::from_utf8(answer.stdout).ok()?;
    let (major, minor) = words.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
