//! Objects of trust that this authority makes at its operators' word and checks for everybody: evidence, agreements,
//! boundary decisions, disclosures, consensus, use of data. One file for each kind.
//!
//! # Invariants
//!
//! 1. Nothing is signed in the name of a sovereign unless it is this one, or a treaty in force here says that this
//!    authority's key is that sovereign's.
//! 2. What somebody else signed is checked before it is built upon, as far as that somebody's keys are known here: from
//!    the request, or from a treaty in force.
//! 3. A date says its offset, and keeps it.
//!
//! # Source
//!
//! The routes of the reference's trust API. The invariants are ours.

mod agreements;
mod boundary;
mod consensus;
mod data_usage;
mod disclosure;
mod evidence;

use comity_mesh::keys::{MeshKey, SignatureCheck, SignedObject};
use comity_mesh::schema::{Field, SchemaError};
use comity_wire::mesh_json::{Datetime, Value};

use crate::{Authority, Body, Refusal};

/// Reads the object that a request is about.
fn object<T: Field>(
    body: &Body,
    name: &str,
    missing: &'static str,
    invalid: &'static str,
) -> Result<T, Refusal> {
    let absent = || Refusal::bad(missing, format!("{name} is required"));
    let refuse = |error: SchemaError| Refusal {
        status: 400,
        ..Refusal::schema(invalid, "Invalid object", &error)
    };
    T::read(body.get(name).ok_or_else(absent)?).map_err(refuse)
}

/// Keys that a request must bring.
fn required_keys(body: &Body, name: &'static str) -> Result<Vec<MeshKey>, Refusal> {
    let keys = body.keys(name, "invalid_public_keys")?.filter(|keys| !keys.is_empty());
    keys.ok_or_else(|| Refusal::bad("missing_public_keys", format!("{name} is required")))
}

/// Texts that a request must bring, at least one.
fn required_texts(
    body: &Body,
    name: &'static str,
    code: &'static str,
) -> Result<Vec<String>, Refusal> {
    let texts = body.texts(name, code)?.filter(|texts| !texts.is_empty());
    texts.ok_or_else(|| Refusal::bad(code, format!("{name} must be a list of texts, not empty")))
}

/// A date that a request must bring.
pub(crate) fn time(body: &Body, name: &'static str) -> Result<Datetime, Refusal> {
    let text = body.get(name).and_then(Value::as_str);
    let time = text.and_then(|text| Datetime::parse(text).ok()).filter(|time| !time.is_naive());
    let wrong = || {
        let message = format!("{name} is required, a date and time with an offset");
        Refusal::bad("invalid_timestamps", message)
    };
    time.ok_or_else(wrong)
}

/// From when until when something holds.
fn window(body: &Body) -> Result<(Datetime, Datetime), Refusal> {
    let (from, until) = (time(body, "valid_from")?, time(body, "valid_until")?);
    if until.instant() <= from.instant() {
        let message = "valid_from must be before valid_until";
        return Err(Refusal::bad("invalid_timestamp_order", message));
    }
    Ok((from, until))
}

/// 422: what was asked for is understood, and not done because of `reason`.
fn refused(code: &'static str, message: &'static str, reason: &str) -> Refusal {
    Refusal::new(422, code, format!("{message}: {reason}")).with("reason", reason)
}

fn text(text: &str) -> Value {
    Value::from(text)
}

impl Authority {
    /// Keys of a sovereign: this one's own, or those that treaties in force give it.
    fn known_keys(&self, sovereign_id: &str) -> Vec<MeshKey> {
        if sovereign_id == self.sovereign_id() {
            vec![self.own_key.clone()]
        } else {
            self.keys_of(sovereign_id)
        }
    }

    /// Keys that a request names for a sovereign; those that are known if it names none.
    fn keys_for(
        &self,
        body: &Body,
        name: &'static str,
        sovereign_id: &str,
    ) -> Result<Vec<MeshKey>, Refusal> {
        let given = body.keys(name, "invalid_public_keys")?.filter(|keys| !keys.is_empty());
        Ok(given.unwrap_or_else(|| self.known_keys(sovereign_id)))
    }

    /// Whether this authority may sign in a sovereign's name.
    fn speaks_for(&self, sovereign_id: &str) -> bool {
        let own = self.own_key.to_string();
        self.known_keys(sovereign_id).iter().any(|key| key.to_string() == own)
    }
}

/// Whether one of `keys` signed it; with no key known, nobody can say that none did.
fn is_plausible<T: SignedObject>(object: &T, keys: &[MeshKey]) -> bool {
    keys.is_empty() || object.check_signatures(keys) == SignatureCheck::Valid
}
