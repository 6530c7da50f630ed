//! The network authority as a program: founded, started, asked, ended, started again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use comity_mesh::keys::SignedObject as _;
use comity_mesh::schema::Field as _;

fn comity(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    command.args(args).stdin(Stdio::null());
    command
}

fn passphrase(folder: &Path) -> PathBuf {
    let path = folder.join("passphrase");
    std::fs::write(&path, "correct horse battery staple\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn init(folder: &Path, more: &[&str]) -> Output {
    let (dir, secret) = (folder.join("na"), passphrase(folder));
    let args =
        ["na", "init", "--dir", dir.to_str().unwrap(), "--work-factor", "4", "--passphrase-file"];
    comity(&[&args[..], &[secret.to_str().unwrap()], more].concat()).output().unwrap()
}

/// A running authority and its address.
fn start(folder: &Path) -> (Child, String) {
    let (dir, secret) = (folder.join("na"), folder.join("passphrase"));
    let args = [
        "na",
        "start",
        "--listen",
        "127.0.0.1:0",
        "--dir",
        dir.to_str().unwrap(),
        "--passphrase-file",
    ];
    let mut command = comity(&[&args[..], &[secret.to_str().unwrap()]].concat());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once("http://").expect("the line ends with the address").1;
    (child, address.to_owned())
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn terminate(mut child: Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_authority_is_founded_answers_and_ends_at_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let made = init(folder.path(), &["--name", "alpha", "--json"]);
    assert!(made.status.success(), "{made:?}");
    for name in ["authority.age", "operator.age", "root.age"] {
        let mode = folder.path().join("na").join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let (child, address) = start(folder.path());
    let policy = get(&address, "/policy");
    assert!(policy.starts_with("HTTP/1.1 200"), "{policy}");
    assert!(get(&address, "/genesis").contains("\"network_name\":\"alpha\""));
    terminate(child);
    let (child, address) = start(folder.path());
    let body = |answer: &str| answer.rsplit("\r\n\r\n").next().map(str::to_owned);
    assert_eq!(body(&get(&address, "/policy")), body(&policy));
    terminate(child);
    assert_eq!(init(folder.path(), &["--name", "alpha"]).status.code(), Some(1));
}

#[test]
fn a_genesis_that_was_changed_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    assert!(init(folder.path(), &["--name", "alpha"]).status.success());
    let path = folder.path().join("na/genesis.json");
    let changed = std::fs::read_to_string(&path).unwrap().replace("alpha", "bravo");
    std::fs::write(&path, changed).unwrap();
    let (dir, secret) = (folder.path().join("na"), folder.path().join("passphrase"));
    let args = [
        "na",
        "start",
        "--listen",
        "127.0.0.1:0",
        "--dir",
        dir.to_str().unwrap(),
        "--passphrase-file",
    ];
    let out = comity(&[&args[..], &[secret.to_str().unwrap()]].concat()).output().unwrap();
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{words}");
    assert!(words.contains("[authority.bad_genesis]"), "{words}");
}

#[test]
fn plain_key_files_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let seed = comity_wire::b64::encode(&[7; 32]);
    let key = folder.path().join("na.key");
    std::fs::write(&key, format!("# Ed25519 Private Key\n# Key ID: na\n{seed}\n")).unwrap();
    let secret = comity_sign::SigningKey::from_seed([7; 32]);
    let public = comity_mesh::keys::MeshKey::from(secret.public()).to_string();
    let genesis = folder.path().join("genesis.signed.json");
    let text = format!(
        r#"{{"network_name":"gm","network_version":"v1","root_public_key":"{public}","network_authority":
        {{"public_key":"{public}","valid_from":"2020-01-01T00:00:00","valid_to":"2999-01-01T00:00:00"}},
        "policy_manifest":{{"hash":"sha256:placeholder"}}}}"#
    );
    let value = comity_wire::mesh_json::parse(text.as_bytes()).unwrap();
    let mut block = comity_mesh::identity::GenesisBlock::read(&value).unwrap();
    block.sign(&secret, "root");
    std::fs::write(&genesis, comity_wire::mesh_json::canonical(&block.write())).unwrap();
    let more = ["--genesis", genesis.to_str().unwrap(), "--na-key", key.to_str().unwrap()];
    let made = init(folder.path(), &more);
    assert!(made.status.success(), "{made:?}");
    assert!(!folder.path().join("na/root.age").exists());
    let (child, address) = start(folder.path());
    assert!(get(&address, "/sovereign.json").contains("\"sovereign_id\":\"gm\""));
    terminate(child);
}
