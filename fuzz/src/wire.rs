//! Canonical bytes.

use comity_wire::dsse::Envelope;
use comity_wire::{
    Decimal, Digest, KeyId, Statement, Time, WireError, hex, jcs as travelling, json as outside,
    limits,
};
use serde_json::Value;

use crate::input::Input;
use crate::oracle;

fn refused<T>(result: Result<T, WireError>) -> Option<T> {
    result.map_err(|error| oracle::refusal(error.code(), &error)).ok()
}

/// `check` accepts exactly what `to_vec` writes, and `from_slice` agrees.
pub fn jcs(data: &[u8]) {
    let checked = refused(travelling::check(data)).is_some();
    let read = travelling::from_slice::<Value>(data);
    assert_eq!(checked, read.is_ok(), "check and from_slice disagree");
    if let Ok(value) = read {
        assert_eq!(
            travelling::to_vec(&value).as_deref(),
            Ok(data),
            "accepted, but written otherwise"
        );
        assert_eq!(outside::canonicalize(&value).as_deref(), Ok(data));
        assert_eq!(outside::parse(data), Ok(value));
    } else if let Ok(value) = serde_json::from_slice::<Value>(data)
        && let Ok(bytes) = travelling::to_vec(&value)
    {
        assert_ne!(bytes, data, "refused, but this is what is written");
        assert_eq!(travelling::check(&bytes), Ok(()), "written, but refused");
    }
}

/// `parse` accepts what stock `serde_json` accepts, less what I-JSON forbids.
pub fn json(data: &[u8]) {
    let parsed = refused(outside::parse(data));
    let opinion = oracle::json(data);
    if let Some(value) = parsed {
        let opinion = opinion.expect("accepted, but serde_json does not read it");
        assert!(!opinion.repeats && !opinion.is_large && opinion.depth <= limits::JSON_DEPTH_MAX);
        let bytes = outside::canonicalize(&value).expect("any value has a canonical form");
        // Not our own reader: 1e20 is canonical as an integer that the dialect refuses.
        let again: Value = serde_json::from_slice(&bytes).expect("a canonical form is JSON");
        assert_eq!(outside::canonicalize(&again), Ok(bytes), "a canonical form is canonical");
    } else if let Some(opinion) = opinion {
        let is_plain = !opinion.repeats && !opinion.is_large && !opinion.has_float;
        assert!(!is_plain || limits::JSON_DEPTH_MAX < opinion.depth, "refused without a reason");
    }
}

pub fn envelope(data: &[u8]) {
    if let Some(envelope) = refused(Envelope::decode(data)) {
        assert_eq!(envelope.encode(), data);
        assert!(envelope.payload.len() <= limits::PAYLOAD_BYTES_MAX);
        assert!((1..=limits::SIGNATURES_MAX).contains(&envelope.signatures.len()));
        assert!(envelope.pae().ends_with(&envelope.payload));
        refused(Statement::decode(&envelope.payload));
    }
    let payload = data.get(..data.len().min(limits::PAYLOAD_BYTES_MAX)).unwrap_or_default();
    let key = KeyId::parse("did:key:z6Mk").expect("a short key id");
    let signature = comity_wire::dsse::EnvelopeSignature {
        keyid: key,
        sig: data.iter().take(64).copied().collect(),
    };
    let made = Envelope { payload: payload.to_vec(), signatures: vec![signature] };
    assert_eq!(Envelope::decode(&made.encode()), Ok(made));
}

pub fn statement(data: &[u8]) {
    if let Some(statement) = refused(Statement::decode(data)) {
        assert_eq!(statement.encode().as_deref(), Ok(data), "accepted, but written otherwise");
        assert!(statement.cites.len() <= limits::CITES_MAX);
        crate::decode::fact(&statement.kind, &statement.body);
    }
}

/// The small values: each has one text.
pub fn values(data: &[u8]) {
    let mut input = Input::new(data);
    let which = input.byte();
    let bytes = input.rest();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match which % 5 {
        0 => {
            if let Some(time) = refused(Time::parse(text)) {
                assert_eq!(time.to_string(), text);
                assert_eq!(Time::from_unix(time.unix()), time);
            }
        }
        1 => {
            if let Some(decimal) = refused(Decimal::parse(text)) {
                assert_eq!(decimal.to_string(), text);
                for digits in 0..20 {
                    if let Some(scaled) = decimal.to_scaled(digits) {
                        assert_eq!(
                            Decimal::from_scaled(scaled, digits),
                            decimal,
                            "{digits} digits"
                        );
                    }
                }
            }
        }
        2 => {
            if let Some(key) = refused(KeyId::parse(text)) {
                assert_eq!(key.as_str(), text);
                assert!(!key.short().is_empty());
            }
        }
        3 => {
            if let Some(decoded) = refused(hex::decode(text)) {
                assert_eq!(hex::encode(&decoded), text);
            }
        }
        _ => {
            if let Ok(digest) = text.parse::<Digest>() {
                assert_eq!(digest.to_string(), text);
            }
        }
    }
    numbers(bytes);
}

fn numbers(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (number, digits) = (input.number().cast_signed(), u32::from(input.byte() % 24));
    let decimal = Decimal::from_scaled(number, digits);
    assert_eq!(Decimal::parse(decimal.as_str()).as_ref(), Ok(&decimal));
    assert_eq!(decimal.to_scaled(digits), Some(number));
    let time = Time::from_unix(number);
    assert_eq!(Time::parse(&time.to_string()), Ok(time));
    let later = time.plus(input.integer());
    assert!(Time::MIN <= later && later <= Time::MAX);
}
