use comity_wire::mesh_json::{Value, parse};

use super::*;
use crate::conformance::suite_key;
use crate::schema::Field as _;

fn profile(members: &str) -> Result<CommunicationPrivacyProfile, SchemaError> {
    let text = format!(r#"{{"profile_id":"p","sovereign_id":"a"{members}}}"#);
    CommunicationPrivacyProfile::read(&parse(text.as_bytes()).unwrap())
}

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn apply(profile: &CommunicationPrivacyProfile, payload: &[u8]) -> Normalized {
    let header = |name: &str| (name.to_owned(), "1".to_owned());
    let headers = ["gm-version", "x-mood", "x-kept"].map(header).into();
    let message = Outbound {
        payload,
        headers: &headers,
        dispatched_at: at("2026-01-01T13:00:09.250000+01:00"),
        sender_sovereign_id: "a",
    };
    let ids = EnvelopeIds { envelope_id: "e".into(), audit_id: "u".into() };
    profile.apply(&message, ids, at("2026-01-01T12:00:10Z"), &suite_key("a").unwrap())
}

#[test]
fn messages_are_made_alike() {
    let made = apply(&profile(r#","allowed_header_keys":["x-kept"]"#).unwrap(), b"hello");
    assert_eq!(made.payload.len(), 256);
    assert!(made.payload.starts_with(b"hello\0"));
    assert_eq!(made.envelope.bucketed_timestamp, at("2026-01-01T12:00:05Z"));
    let kept: Vec<_> = made.envelope.retained_headers.keys().collect();
    assert_eq!(kept, ["gm-version", "x-kept"]);
    assert_eq!((made.audit.headers_stripped, made.audit.length_padded_bytes), (1, 251));
    assert_eq!(made.audit.timestamp_shifted_seconds.write(), Value::Float(4.25));
    let full = apply(&profile("").unwrap(), &[7; 512]);
    assert_eq!(full.payload, [7; 512]);
    let plain = profile(
        r#","strip_custom_headers":false,"normalize_timestamps":false,"normalize_message_length":false"#,
    );
    let plain = apply(&plain.unwrap(), b"hello");
    assert_eq!(plain.payload, b"hello");
    assert_eq!(plain.envelope.retained_headers.len(), 3);
    assert_eq!(plain.envelope.bucketed_timestamp, at("2026-01-01T13:00:09.250000+01:00"));
}

#[test]
fn every_reason_is_given() {
    let keys = [suite_key("a").unwrap().public().into()];
    let made = apply(&profile("").unwrap(), b"hello");
    assert_eq!(made.envelope.verify(&keys, &made.payload), Ok(()));
    for reason in EnvelopeReason::ALL {
        let Normalized { mut envelope, mut payload, .. } = made.clone();
        match reason {
            EnvelopeReason::MissingSignature => envelope.signature = None,
            EnvelopeReason::InvalidSignature => envelope.normalized_length = 5,
            EnvelopeReason::LengthMismatch => payload.truncate(5),
            EnvelopeReason::PayloadMismatch => payload[0] = b'H',
        }
        assert_eq!(envelope.verify(&keys, &payload), Err(*reason));
    }
}

#[test]
fn profiles_without_size_or_with_too_large_a_size_are_refused() {
    for members in [
        r#","timestamp_bucket_seconds":0"#,
        r#","message_length_block_bytes":0"#,
        r#","message_length_block_bytes":1048577"#,
    ] {
        assert!(profile(members).is_err(), "{members}");
    }
    assert_eq!(bucket(at("2026-01-01T12:00:07Z"), 0), at("2026-01-01T12:00:07Z"));
    assert_eq!(bucket(at("1969-12-31T23:59:59Z"), 5), at("1969-12-31T23:59:55Z"));
}
