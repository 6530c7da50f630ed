//! The commands of the README, as they stand there.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// The first block of commands after a heading.
fn block(heading: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, after) = text.split_once(heading).expect("the heading is there");
    let (_, after) = after.split_once("```sh\n").expect("a block of commands follows");
    after.split_once("```").unwrap().0.to_owned()
}

/// Two ports that nobody listens at.
fn free() -> [u16; 2] {
    let held = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

#[test]
fn two_sovereigns_exchange_trust_and_take_it_back() {
    let [first, second] = free();
    // Keys as slow to open as for people would take this unoptimised program minutes.
    let script = block("## Two sovereigns on the network")
        .replace("na init", "na init --work-factor 4")
        .replace("8801", &first.to_string())
        .replace("8802", &second.to_string());
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_comity")).parent().unwrap();
    let script = format!("PATH={}:$PATH\n{script}", program.display());
    let output = folder.path().join("output");
    let file = std::fs::File::create(&output).unwrap();
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).current_dir(folder.path());
    shell.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
    let ended = shell.status().unwrap();
    let said = std::fs::read_to_string(&output).unwrap();
    assert!(ended.success(), "{said}");
    let mut rest = said.as_str();
    for expected in [
        "not trusted, no_active_treaty_path",
        "alpha recognises beta",
        "alpha -> beta: trusted, active_treaty_path",
        "beta attests ann",
        "is accepted",
        "is revoked: left the team",
        "feed 1 of beta is imported",
        "is refused: attestation_locally_revoked",
        "is revoked: the contract ended",
        "not trusted, direct_treaty_revoked",
    ] {
        let (_, after) = rest.split_once(expected).unwrap_or_else(|| {
            panic!("`{expected}` is missing after what came before:\n{said}");
        });
        rest = after;
    }
}
