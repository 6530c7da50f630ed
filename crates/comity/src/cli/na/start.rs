//! `comity na start`: the authority on a socket, until a signal.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use comity_authority::Config;
use comity_http::{Entropy, Options, Rates, Server};
use comity_mesh::keys::MeshKey;

use super::folder::{self, AUTHORITY, Folder};
use crate::cli::Answer;
use crate::home::passphrase::{self, Purpose};

/// Answer as a network's authority until SIGINT or SIGTERM
///
/// Prints one line when it is ready. It does not start unless the root's signature over the genesis holds, the time is
/// within the authority's, and the key is the one that the genesis names.
#[derive(Args, Clone, Debug)]
pub struct StartArgs {
    /// Folder of the authority
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Where to listen; port 0 for any
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// One more operator: a name and a key in base64, or a file with it; repeatable
    #[arg(long = "admin", value_name = "NAME=KEY")]
    pub admins: Vec<String>,
    /// One more Host header that means this authority, such as na.example:443; repeatable
    #[arg(long = "host", value_name = "HOST")]
    pub hosts: Vec<String>,
    /// Accept operators' headers that bind neither method nor path, as the reference's tools send them
    #[arg(long)]
    pub accept_admin_v1: bool,
    /// Requests by operators, per minute and address
    #[arg(long, value_name = "N", default_value_t = comity_http::limits::ADMIN_PER_MINUTE)]
    pub admin_per_minute: usize,
    /// File whose first line is the passphrase of the authority's key; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// The line as a JSON document
    #[arg(long)]
    pub json: bool,
}

/// Serves until a signal.
///
/// # Errors
///
/// The folder or the passphrase cannot be used, the papers do not hold, the record is not whole, or nothing can be
/// listened on.
pub fn start(args: &StartArgs) -> anyhow::Result<Answer> {
    let folder = Folder::new(&args.dir);
    let (genesis, settings) = folder.read()?;
    let mut operators = BTreeMap::new();
    for (name, key) in &settings.operators {
        let key =
            MeshKey::parse(key).map_err(|_| super::NaError::BadOperator { given: name.clone() })?;
        operators.insert(name.clone(), key);
    }
    for given in &args.admins {
        let (name, key) = folder::operator(given)?;
        operators.insert(name, key);
    }
    let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Open)?;
    let secret = folder.open(AUTHORITY, &passphrase)?;
    let name = genesis.network_name.clone();
    let server = Server::start(Options {
        config: Config {
            genesis,
            key_id: settings.key_id,
            operators,
            hosts: args.hosts.iter().cloned().collect::<BTreeSet<_>>(),
            accepts_admin_v1: args.accept_admin_v1,
        },
        secret,
        record: folder.record(),
        listen: args.listen,
        rates: Rates { admin: args.admin_per_minute, ..Rates::default() },
        entropy: Entropy::new(|bytes| getrandom::fill(bytes).map_err(std::io::Error::other)),
    })?;
    let mut signals = server.catch_signals()?;
    let url = format!("http://{}", server.address());
    let line = if args.json {
        serde_json::json!({ "sovereign_id": name, "url": url }).to_string()
    } else {
        format!("{name} answers on {url}")
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush())?;
    drop(out);
    server.wait(&mut signals);
    server.stop()?;
    Ok(Answer::done(String::new()))
}
