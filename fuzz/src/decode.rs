//! Small decoders: facts, keys, claims, labels, predicates, alarms.

use std::collections::BTreeMap;

use comity_commitment::{CommitmentFact, EpochId};
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_mesh::MeshFact;
use comity_mission::{Label, MissionFact};
use comity_mycel::mip::{decode_alarms, encode_alarms};
use comity_mycel::{MycelFact, Predicate};
use comity_sign::{Claim, IssuerKey, MlDsaPublicKey, PublicKey};
use comity_trust::TrustFact;
use comity_wire::{KeyId, Statement};
use serde_json::value::RawValue;

use crate::input::Input;
use crate::{oracle, tour};

macro_rules! rooms {
    ($($fact:ident),+) => {
        /// Every kind of statement.
        pub fn kinds() -> Vec<&'static str> {
            [$($fact::KINDS),+].concat()
        }

        /// A body must be read by at most one room, and be written as it was read.
        pub fn fact(kind: &str, body: &RawValue) {
            let mut readers = 0;
            $(match $fact::decode(kind, body) {
                Ok(None) => assert!(!$fact::KINDS.contains(&kind)),
                Ok(Some(fact)) => {
                    readers += 1;
                    assert_eq!(fact.kind(), kind);
                    let written = fact.encode().expect("what was read can be written");
                    assert_eq!(written.get(), body.get(), "{kind} is written otherwise");
                }
                Err(error) => oracle::refusal(error.code(), &error),
            })+
            assert!(readers <= 1, "{kind} is read by {readers} rooms");
        }
    };
}

rooms!(MeshFact, MissionFact, MycelFact, TrustFact, CommitmentFact, ConstitutionFact, AppealFact);

/// The first byte is the kind, the rest the body.
pub fn facts(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.pick(&kinds());
    let Ok(text) = std::str::from_utf8(input.rest()) else { return };
    if let Ok(body) = RawValue::from_string(text.to_owned()) {
        fact(kind, &body);
    }
}

/// No envelope but the one that was signed verifies.
pub fn claim(data: &[u8]) {
    let claim = match Claim::<Statement>::decode(data) {
        Ok(claim) => claim,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    assert_eq!(claim.bytes(), data);
    let signer = claim.claimed().signer.clone();
    assert_eq!(
        claim.id(),
        Statement::id_of(&comity_wire::dsse::Envelope::decode(data).expect("decoded").payload)
    );
    let Ok(key) = IssuerKey::from_key_ids(&signer, None) else { return };
    if let Ok(signed) = claim.verify(&key) {
        assert!(tour::get().is_signed(signed.bytes()), "a signature that nobody made verifies");
    }
}

pub fn keys(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(id) = KeyId::parse(text) else { return };
    match PublicKey::from_key_id(&id) {
        Ok(key) => {
            assert_eq!(key.key_id(), id);
            assert!(key.verify(b"", &[0; 64]).is_err());
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
    if let Ok(key) = MlDsaPublicKey::from_key_id(&id) {
        assert_eq!(key.key_id(), id);
    }
}

pub fn epoch(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(epoch) = text.parse::<EpochId>() {
        assert_eq!(epoch.to_string(), text);
        assert_eq!(EpochId::from_start(epoch.start()), Ok(epoch));
    }
}

/// A canonical label is its own canonical form.
pub fn label(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(label) = Label::parse(text) {
        let again = Label::parse(label.as_str());
        assert_eq!(again.as_ref(), Some(&label), "{text:?} has a canonical form that is not");
    }
}

pub fn predicate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Predicate::parse(text) {
        Ok(predicate) => {
            let written = predicate.to_string();
            assert_eq!(Predicate::parse(&written).as_ref(), Ok(&predicate), "{written}");
            let mut outputs = BTreeMap::new();
            let missing = predicate.evaluate(&outputs);
            for (position, name) in ["precision_ppm", "recall_ppm", "rows"].iter().enumerate() {
                outputs.insert((*name).to_owned(), i64::from(u8::MAX) << (8 * position));
            }
            if missing.is_ok() {
                assert_eq!(
                    predicate.evaluate(&outputs),
                    missing,
                    "an output that is not asked for counts"
                );
            }
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

pub fn alarms(data: &[u8]) {
    match decode_alarms(data) {
        Ok(alarms) => assert_eq!(encode_alarms(&alarms), data),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}
