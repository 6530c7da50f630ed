//! Records as exports: sealed, cosigned, with all their files.

use std::collections::BTreeSet;

use comity_constitution::Parameters;
use comity_mycel::mip::fault_watch;
use comity_replay::export::{RecordParts, origin, write_export};
use comity_tlog::{Checkpoint, Cosignature, Frontier, SignedCheckpoint, Vkey, leaf_hash};
use comity_wire::{Time, sha256};

use super::{Files, House, WITNESSES};

/// The root of a record's envelopes.
pub(crate) fn frontier(envelopes: &[Box<[u8]>]) -> Frontier {
    envelopes.iter().map(|bytes| leaf_hash(sha256(bytes).as_bytes())).collect()
}

/// A record's checkpoint with the cosignatures of the first other sovereigns by id, as many as demanded.
pub(crate) fn seal(houses: &[House], at: usize, witnesses: u64) -> SignedCheckpoint {
    let house = &houses[at];
    let log = frontier(&house.envelopes);
    let checkpoint = Checkpoint::new(&origin(house.id), log.size(), log.root()).unwrap();
    let mut signed = SignedCheckpoint::sign(checkpoint, house.authority.ed25519());
    let mut added = BTreeSet::new();
    let mut others: Vec<&House> = houses.iter().filter(|other| other.id != house.id).collect();
    others.sort_by_key(|other| other.id);
    for other in others.into_iter().take(usize::try_from(witnesses).unwrap()) {
        let (name, key) = (origin(other.id), other.authority.ed25519());
        let time = Time::from_unix(1_800_000_000);
        let cosignature = Cosignature::sign(&name, key, signed.checkpoint(), time).unwrap();
        signed.add(cosignature, &Vkey::witness(&name, key.public()).unwrap()).unwrap();
        added.insert(other.id);
    }
    assert_eq!(added.len() as u64, witnesses);
    signed
}

/// An export of these records, resealed.
pub(crate) fn export(houses: &[House]) -> Files {
    export_sealed(houses, WITNESSES)
}

/// An export of these records with this number of cosignatures each.
pub(crate) fn export_sealed(houses: &[House], witnesses: u64) -> Files {
    let seals: Vec<_> = (0..houses.len()).map(|at| seal(houses, at, witnesses)).collect();
    let parameters = Parameters::founding();
    let packages = [fault_watch()];
    let parts = |(house, checkpoint)| {
        let House { envelopes, .. }: &House = house;
        RecordParts {
            envelopes,
            checkpoint,
            parameters: parameters.bytes(),
            rules: &[],
            packages: &packages,
        }
    };
    let parts: Vec<_> = houses.iter().zip(&seals).map(parts).collect();
    write_export(&parts).unwrap()
}
