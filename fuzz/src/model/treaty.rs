//! Treaties in a directory: who may issue and revoke them, and when one covers anything.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use comity_mesh::attestation::Status;
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::{
    Directory, Genesis, MeshFact, Scope, Stamp, TreatyIssued, TreatyRevoked, treaty_text,
};
use comity_sign::SigningKey;
use comity_wire::{Digest, SovereignId, StatementId, Time};

use crate::input::Input;
use crate::oracle;

const COUNT: u8 = 3;

fn id(byte: u8) -> StatementId {
    StatementId::from_digest(Digest::from_bytes([byte; 32]))
}

fn who(byte: u8) -> SovereignId {
    SovereignId::of_genesis(id(byte))
}

fn authority(byte: u8) -> SigningKey {
    SigningKey::from_seed([100 + byte; 32])
}

/// Three sovereigns, ids 0 to 2.
static FOUNDED: LazyLock<Directory> = LazyLock::new(|| {
    let mut directory = Directory::new();
    for byte in 0..COUNT {
        let root = SigningKey::from_seed([200 + byte; 32]).public().key_id();
        let genesis = Genesis {
            name: format!("sovereign {byte}"),
            organisation: "organisation".to_owned(),
            region: "region".to_owned(),
            root: root.clone(),
            authority: authority(byte).public().key_id(),
            authority_ml_dsa: None,
            parameters: Digest::ZERO,
            witnesses_min: 0,
        };
        let stamp = Stamp { issuer: None, signer: root, id: id(byte), at: Time::from_unix(0) };
        directory.apply(&stamp, &genesis.into()).expect("three different geneses");
    }
    directory
});

fn time(input: &mut Input<'_>) -> Time {
    Time::from_unix(i64::from(input.byte()))
}

/// A treaty as the input has it, mostly a good one.
fn treaty(input: &mut Input<'_>, speaker: u8, at: Time) -> TreatyIssued {
    let to = input.byte() % (COUNT + 1);
    let key = MeshKey::from(authority(to).public()).to_string();
    let issued_at = if input.byte() < 240 { at } else { time(input) };
    let mut draft = RecognitionTreaty {
        treaty_id: format!("{}", input.byte() % 8),
        issuer_sovereign_id: who(if input.byte() < 250 { speaker } else { to }).to_string(),
        subject_sovereign_id: who(to).to_string(),
        subject_public_keys: vec![key],
        scope: RecognitionTreatyScope {
            allowed_roles: vec![Scope::Order.role().to_owned()],
            ..RecognitionTreatyScope::default()
        },
        status: if input.byte() < 240 { Status::Active } else { Status::Suspended },
        issued_at: issued_at.into(),
        valid_from: time(input).into(),
        expires_at: time(input).into(),
        issued_by: "authority".to_owned(),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    };
    let signer = if input.byte() < 240 { speaker } else { to };
    draft.sign(&authority(signer), "authority");
    TreatyIssued { treaty: treaty_text(&draft) }
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut directory = FOUNDED.clone();
    for step in COUNT..=250 {
        if input.is_empty() {
            break;
        }
        let (speaker, at) = (input.byte() % COUNT, time(&mut input));
        let fact: MeshFact = if input.byte().is_multiple_of(3) {
            let treaty = id(input.byte() % (step + 1));
            TreatyRevoked { treaty, reason: String::new() }.into()
        } else {
            treaty(&mut input, speaker, at).into()
        };
        let stamp = Stamp {
            issuer: Some(who(speaker)),
            signer: authority(speaker).public().key_id(),
            id: id(step),
            at,
        };
        let before = directory.clone();
        if let Err(error) = directory.apply(&stamp, &fact) {
            oracle::refusal(error.code(), &error);
            assert_eq!(directory, before, "a refusal changed something");
        }
        check(&directory, &mut input);
    }
}

/// What holds of every directory.
fn check(directory: &Directory, input: &mut Input<'_>) {
    let at = time(input);
    for (id, treaty) in directory.treaties() {
        assert_ne!(treaty.by, treaty.to);
        assert_eq!(treaty.object.issuer_sovereign_id, treaty.by.to_string());
        assert!(
            treaty.covers(Scope::Escrow, at, &|_| true).is_err(),
            "a scope that nobody allowed"
        );
        let (knows, ignores) = (
            treaty.covers(Scope::Order, at, &|_| true),
            treaty.covers(Scope::Order, at, &|_| false),
        );
        assert!(knows.is_err() || treaty.end.is_none(), "an ended treaty covers");
        assert!(ignores.is_ok() || knows.is_err(), "a revocation made a treaty good");
        let found = directory.recognition((treaty.by, treaty.to), Scope::Order, at, &|_| true);
        assert!(knows.is_err() || found.is_ok(), "{id} covers and is not found");
    }
}
