//! `comity`: see `comity --help`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use comity::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            // A closed terminal is no reason to change the status.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let is_json = cli.is_json();
    let answered = cli.run().and_then(|answer| {
        let mut out = std::io::stdout().lock();
        out.write_all(answer.text.as_bytes()).and_then(|()| out.flush())?;
        Ok(answer.exit)
    });
    match answered {
        Ok(exit) => exit.into(),
        Err(fail) if fail.is_broken_pipe() => ExitCode::SUCCESS,
        Err(fail) => {
            let _ = std::io::stderr().write_all(fail.render().as_bytes());
            if is_json {
                let _ = std::io::stdout().write_all(fail.to_json().as_bytes());
            }
            fail.exit().into()
        }
    }
}
