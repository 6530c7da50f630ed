//! Mesh documents made for seeds: the smallest object of a kind, and a bundle in which everything is signed.

use comity_fuzz::mesh::objects::Kind;
use comity_mesh::bundle::{BundleParts, Fetched, assemble};
use comity_mesh::identity::GenesisBlock;
use comity_mesh::keys::{MeshKey, SignedObject};
use comity_mesh::recognition::RecognitionTreaty;
use comity_mesh::revocation::SovereignRevocationFeed;
use comity_mesh::schema::{Object, SchemaError};
use comity_sign::SigningKey;
use comity_wire::Time;
use comity_wire::mesh_json::{Datetime, Value};

/// The smallest document that is an object of this kind: what is missing or wrong is put right one by one.
pub fn example(kind: &Kind) -> Value {
    let mut document = Value::from([]);
    for _ in 0..200 {
        let Err(error) = (kind.read)(&document) else { break };
        let right = right(&error);
        let mut place = &mut document;
        for name in error.path.split('.').filter(|name| !name.is_empty()) {
            place = match place {
                Value::Map(members) => members.entry(name.to_owned()).or_insert(Value::Null),
                Value::List(items) => {
                    match name.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                        Some(item) => item,
                        None => return document,
                    }
                }
                other => other,
            };
        }
        *place = right;
    }
    document
}

/// What should stand there.
fn right(error: &SchemaError) -> Value {
    const KEY: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    let is_end = ["expires", "valid_to", "until", "next_update", "due"]
        .into_iter()
        .any(|word| error.path.contains(word));
    let text = match error.expected {
        "a member" => return Value::Null,
        "a boolean" => return Value::from(false),
        "an object" => return Value::from([]),
        "a list" if error.path.ends_with("public_keys") => {
            return Value::List(vec![Value::from(KEY)]);
        }
        "a list" => return Value::List(Vec::new()),
        "a list that is not empty" | "at least one key" => {
            return Value::List(vec![Value::from(KEY)]);
        }
        "two integers" => return Value::List(vec![Value::from(1_u64), Value::from(2_u64)]),
        "a datetime" if is_end => "2027-01-01T00:00:00Z",
        "a datetime" => "2026-01-01T00:00:00Z",
        "text" if error.path.contains("public_key") => KEY,
        "text" => "x",
        "a SHA-256 in lower-case hexadecimal digits" => {
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        }
        "success, failure or partial" => "success",
        "automatic, human_approve or block" => "automatic",
        "a step of a case" => "identity",
        "a step of onboarding" => "keys_made",
        "a kind of asset" => "physical",
        "a kind of check" => "healthz",
        "a kind of packaged object" => "heartbeat",
        "a continuity finding" => "heartbeat_refused",
        "a continuity status" => "healthy",
        "a duty of RFC-007" => "health",
        "a result of a check" => "passed",
        "a risk category" => "safety",
        "one endpoint or more" => return Value::List(vec![Value::from("http://a")]),
        "an outcome of a notice" => "handling",
        other if other.starts_with("comity.") => other,
        other if other.contains("number") || other.contains("integer") || other.contains("1") => {
            return Value::from(1_u64);
        }
        _ => "active",
    };
    Value::from(text)
}

/// A bundle whose genesis, feed and treaty are signed by the keys that it names.
pub fn bundle() -> Value {
    let at = Datetime::parse("2026-06-01T12:00:00Z").unwrap_or_else(|_| Time::from_unix(0).into());
    let key = |seed: u8| SigningKey::from_seed([seed; 32]);
    let public = |seed: u8| Value::from(MeshKey::from(key(seed).public()).to_string());
    let (from, to) = (Value::from(at.plus(-3600)), Value::from(at.plus(86_400)));
    let authority = Value::from([
        ("public_key", public(2)),
        ("valid_from", from.clone()),
        ("valid_to", to.clone()),
    ]);
    let genesis = sign::<GenesisBlock>(
        &[
            ("network_name", Value::from("A")),
            ("network_version", Value::from("v1")),
            ("root_public_key", public(1)),
            ("network_authority", authority.clone()),
            ("policy_manifest", Value::from([("hash", Value::from("sha256:00"))])),
        ],
        &key(1),
    );
    let treaty = sign::<RecognitionTreaty>(
        &[
            ("treaty_id", Value::from("t1")),
            ("issuer_sovereign_id", Value::from("A")),
            ("subject_sovereign_id", Value::from("B")),
            ("subject_public_keys", Value::List(vec![public(3)])),
            ("issued_at", from.clone()),
            ("valid_from", from),
            ("expires_at", to),
            ("issued_by", Value::from("na")),
        ],
        &key(2),
    );
    let feed = sign::<SovereignRevocationFeed>(
        &[
            ("feed_id", Value::from("f1")),
            ("issuer_sovereign_id", Value::from("A")),
            ("sequence", Value::from(3_u64)),
            ("issued_at", Value::from(at)),
            ("issued_by", Value::from("na")),
        ],
        &key(2),
    );
    let healthy = Value::from([("status", Value::from("ok"))]);
    assemble(BundleParts {
        endpoint: "http://a/".to_owned(),
        created_at: at,
        sovereign_metadata: Value::from([
            ("sovereign_id", Value::from("A")),
            ("network_version", Value::from("v1")),
            ("endpoint", Value::from("http://a")),
            ("root_public_key", public(1)),
            ("network_authority", authority),
        ]),
        genesis,
        recognition_policy: Fetched::NotConfigured,
        revocation_feed: Fetched::Ok(feed),
        connectome: Value::from([("active_treaties", Value::List(vec![treaty]))]),
        healthz: healthy.clone(),
        readyz: healthy,
    })
}

fn sign<T: Object + SignedObject>(members: &[(&str, Value)], secret: &SigningKey) -> Value {
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    match T::read(&Value::Map(members.collect())) {
        Ok(mut object) => {
            object.sign(secret, "na");
            object.write()
        }
        Err(_) => Value::Null,
    }
}
