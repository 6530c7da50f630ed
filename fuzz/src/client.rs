//! What authorities say to a client, and what people tell it.

use std::cell::Cell;
use std::collections::BTreeMap;

use comity_client::review::{Identity, Reviewed};
use comity_client::workflow::{self, Desk, Terms};
use comity_client::{
    Carry, ClientError, Endpoint, HeaderVersion, Operator, Remote, Reply, Request, Stamp,
    parse_operator_key,
};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value};

use crate::authority::{genesis, key};
use crate::input::Input;
use crate::oracle;

const STATUSES: [u16; 12] = [200, 200, 200, 201, 302, 400, 401, 404, 409, 429, 500, 503];

/// Says the parts of its text, one after the other; the last again and again.
struct Script<'a> {
    status: u16,
    parts: Vec<&'a [u8]>,
    asked: Cell<usize>,
}

impl Carry for Script<'_> {
    fn carry(&self, _: &Request) -> Result<Reply, ClientError> {
        let at = self.asked.replace(self.asked.get() + 1);
        let part = self.parts.get(at).or(self.parts.last()).copied().unwrap_or_default();
        Ok(Reply { status: self.status, body: part.to_vec() })
    }
}

fn note<T>(result: Result<T, ClientError>) -> Option<T> {
    result.map_err(|error| oracle::refusal(error.code(), &error)).ok()
}

/// The document that an authority gives about itself.
pub fn document() -> Value {
    Value::from([
        ("sovereign_id", Value::from("alpha")),
        ("network_authority", genesis().network_authority.write()),
        ("root_public_key", Value::from(key(1))),
    ])
}

fn identity(at: Datetime) -> Identity {
    let endpoint = "http://alpha:8443".to_owned();
    Identity::check(endpoint, genesis().write(), document(), None, at).expect("its papers hold")
}

/// Any answers to everything that a client asks: what it passes on was checked, and nothing ends in a panic.
pub fn answer(data: &[u8]) {
    let mut input = Input::new(data);
    let (what, status) = (input.byte() % 8, input.pick(&STATUSES));
    let parts = input.rest().split(|byte| *byte == 0).collect();
    let script = Script { status, parts, asked: Cell::new(0) };
    let endpoint = Endpoint::parse("http://alpha:8443").expect("an endpoint");
    let remote = Remote::new(&endpoint, &script);
    let at = Datetime::parse("2026-06-01T12:00:00Z").expect("a datetime");
    let stamp = Stamp { at, nonce: "n".to_owned() };
    let operator = Operator::new("op", SigningKey::from_seed([3; 32]), HeaderVersion::V2);
    let operator = operator.expect("a name");
    let own = identity(at);
    let desk =
        Desk { remote: Remote::new(&endpoint, &script), identity: &own, operator: &operator };
    match what {
        0 => {
            if let Some(read) = note(Identity::read(&remote, Some(&key(1)), at)) {
                assert_eq!(read.genesis.verify(at), Ok(()), "passed on unverified");
                assert_eq!(read.genesis.root_public_key, key(1));
            }
        }
        1 => drop(note(Reviewed::read(&remote, None, at)).map(|it| it.summary())),
        2 => drop(note(workflow::export(&remote, true, at))),
        3 => {
            if let Some(path) = note(workflow::path(&remote, "alpha", "beta")) {
                assert_eq!((path.from.as_str(), path.to.as_str()), ("alpha", "beta"));
            }
        }
        4 => {
            if let Some(feed) = note(workflow::feed(&remote, &own, at)) {
                assert_eq!(feed.feed.issuer_sovereign_id, "alpha");
            }
        }
        5 => {
            let terms = Terms {
                roles: Vec::new(),
                statuses: Vec::new(),
                claims: BTreeMap::new(),
                validity_hours: 24,
            };
            let mut peer = own.clone();
            peer.sovereign_id = "beta".to_owned();
            let wish = terms.wish(&peer, BTreeMap::new());
            if let Some(done) = note(workflow::recognise(&desk, &wish, &stamp)) {
                assert!(done.path.trusted && done.treaty.issuer_sovereign_id == "alpha");
            }
        }
        6 => drop(note(remote.agents(None))),
        _ => drop(note(remote.ask(&Request::get(&endpoint, "/")))),
    }
}

/// What is read is printed so that it is read as the same.
pub fn endpoint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let endpoint = match Endpoint::parse(text) {
        Ok(endpoint) => endpoint,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    let printed = endpoint.to_string();
    assert_eq!(Endpoint::parse(&printed).as_ref(), Ok(&endpoint), "{printed}");
    assert!(printed.bytes().all(|byte| byte.is_ascii_graphic()), "{printed}");
    assert_eq!(endpoint.host(), endpoint.host().to_ascii_lowercase());
    let request = Request::get(&endpoint, "/genesis");
    assert_eq!(request.url, format!("{printed}/genesis"));
    assert!(request.path.starts_with('/') && request.path.ends_with("/genesis"));
}

/// A key is 32 bytes, whatever stands around them.
pub fn operator_key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let secret = match parse_operator_key(text) {
        Ok(secret) => secret,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    let plain = format!("# a key\n{}\n", b64::encode(secret.seed()));
    let again = parse_operator_key(&plain).expect("a plain file");
    let public = |secret: &SigningKey| MeshKey::from(secret.public()).to_string();
    assert_eq!(public(&again), public(&secret));
}
