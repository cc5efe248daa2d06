//! The program: it hands its arguments over and gives the exit code back.

use std::process::ExitCode;

fn main() -> ExitCode {
    orgdeck::cli::run(std::env::args_os())
}
