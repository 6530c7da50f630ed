//! The authority as a program: founded in a folder of its own, started on a free port, filled over its admin route.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use comity_client::{Endpoint, HeaderVersion, Http, Operator, Remote, Stamp, parse_operator_key};
use comity_wire::Time;
use comity_wire::mesh_json::{Datetime, Value};
use tempfile::TempDir;

use crate::machine::{process_cpu_ms, process_resident_kib};

/// What the authority is called.
pub(crate) const NAME: &str = "BENCH";

/// How long a program may take to be ready before the bench gives up.
const READY_MAX: Duration = Duration::from_secs(30);

/// A running authority.
#[derive(Debug)]
pub(crate) struct Authority {
    folder: TempDir,
    child: Child,
    pub(crate) address: SocketAddr,
}

/// The program that is measured, built beside this one.
fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("comity");
    ensure!(path.is_file(), "{} is missing: cargo build --release -p comity", path.display());
    Ok(path)
}

fn path(folder: &Path, name: &str) -> anyhow::Result<String> {
    Ok(folder.join(name).to_str().context("a path that is text")?.to_owned())
}

impl Authority {
    /// Founds one and starts it.
    pub(crate) fn found() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(super::rows::work_dir()?)?;
        let secret = path(folder.path(), "passphrase")?;
        std::fs::write(&secret, "a passphrase for a bench\n")?;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600))?;
        let (dir, key) = (path(folder.path(), "na")?, path(folder.path(), "operator.key")?);
        let args = ["na", "init", "--name", NAME, "--dir", &dir];
        let more = ["--passphrase-file", &secret, "--plain-operator-key", &key];
        let made = Command::new(program()?).args(args).args(more).output()?;
        ensure!(made.status.success(), "na init: {}", String::from_utf8_lossy(&made.stderr));
        let (child, address) = start(folder.path())?;
        Ok(Self { folder, child, address })
    }

    /// Stops it and starts it again on the same record; the time from there to the first answer.
    pub(crate) fn restart(&mut self) -> anyhow::Result<Duration> {
        self.stop()?;
        let begun = Instant::now();
        (self.child, self.address) = start(self.folder.path())?;
        crate::load::ask(self.address, &crate::load::get(self.address, "/healthz"))?;
        Ok(begun.elapsed())
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill {id}");
        ensure!(self.child.wait()?.success(), "the authority did not end well");
        Ok(())
    }

    /// Has `count` treaties issued, each with a sovereign of its own; returns one.
    pub(crate) fn recognise(&self, count: usize, subject_key: &str) -> anyhow::Result<Value> {
        let file = std::fs::read_to_string(self.folder.path().join("operator.key"))?;
        let secret = parse_operator_key(&file)?;
        let operator = Operator::new("operator-local", secret, HeaderVersion::V2)?;
        let endpoint = Endpoint::parse(&format!("http://{}", self.address))?;
        let http = Http::default();
        let remote = Remote::new(&endpoint, &http);
        let mut last = Value::Null;
        for number in 0..count {
            let body = Value::from([
                ("subject_sovereign_id", Value::from(subject(number))),
                ("subject_public_keys", Value::from(vec![subject_key])),
            ]);
            let stamp = Stamp { at: now()?, nonce: format!("bench-{number}") };
            last = remote.order("/admin/recognition-treaties", &body, &operator, &stamp)?;
        }
        Ok(last)
    }

    /// Processor time so far, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> u64 {
        process_cpu_ms(self.child.id())
    }

    /// Resident memory, in KiB: now and at most.
    pub(crate) fn resident_kib(&self) -> (u64, u64) {
        process_resident_kib(self.child.id())
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whom a treaty recognises.
pub(crate) fn subject(number: usize) -> String {
    format!("PEER-{number}")
}

fn now() -> anyhow::Result<Datetime> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(Datetime::from(Time::from_unix(i64::try_from(since.as_secs())?)))
}

fn start(folder: &Path) -> anyhow::Result<(Child, SocketAddr)> {
    let (dir, secret) = (path(folder, "na")?, path(folder, "passphrase")?);
    let args = ["na", "start", "--listen", "127.0.0.1:0", "--admin-per-minute", "1000000"];
    let more = ["--dir", &dir, "--passphrase-file", &secret];
    let mut child =
        Command::new(program()?).args(args).args(more).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().context("its output")?).read_line(&mut line)?;
    let address = line.trim().rsplit_once("http://").context("the line ends with the address")?.1;
    let address: SocketAddr = address.parse()?;
    TcpStream::connect_timeout(&address, READY_MAX)?;
    Ok((child, address))
}
