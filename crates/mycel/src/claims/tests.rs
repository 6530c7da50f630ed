use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};
use proptest::prelude::{prop_assert, proptest};

use super::{Claimant, WindowError, WindowRegister, nullifier};
use crate::facts::Span;

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

fn claimant(device: &str) -> Claimant {
    Claimant {
        vault: SovereignId::from_digest(digest(1)),
        family: "MIP-MFG".into(),
        device: KeyId::parse(&format!("did:key:z6Mk{device}")).unwrap(),
    }
}

fn order(byte: u8) -> StatementId {
    StatementId::from_digest(digest(byte))
}

fn span(from: i64, to: i64) -> Span {
    Span { from: Time::from_unix(from), to: Time::from_unix(to) }
}

fn claim(
    register: &mut WindowRegister,
    device: &str,
    window: Span,
    by: u8,
) -> Result<(), WindowError> {
    let claimant = claimant(device);
    register.claim(&claimant, window, order(by), nullifier(&claimant, &window))
}

#[test]
fn overlapping_windows_are_refused_with_both_named() {
    let mut register = WindowRegister::new();
    claim(&mut register, "a", span(0, 100), 1).unwrap();
    claim(&mut register, "a", span(100, 200), 2).unwrap();
    let before = register.clone();
    let refusal = claim(&mut register, "a", span(99, 101), 3).unwrap_err();
    let (claimed, held) = (span(99, 101), span(0, 100));
    assert_eq!(refusal, WindowError::Overlap { claimed, held, holder: order(1) });
    assert_eq!(register, before);
    claim(&mut register, "b", span(99, 101), 3).unwrap();
}

#[test]
fn a_further_attempt_replaces_and_a_refund_frees() {
    let mut register = WindowRegister::new();
    claim(&mut register, "a", span(0, 100), 1).unwrap();
    claim(&mut register, "a", span(0, 90), 1).unwrap();
    assert_eq!(register.held_by(&claimant("a"), order(1)), Some(span(0, 90)));
    assert_eq!(
        claim(&mut register, "a", span(50, 60), 2).unwrap_err().code(),
        "mycel.window_overlap"
    );
    register.free(order(1));
    claim(&mut register, "a", span(50, 60), 2).unwrap();
}

#[test]
fn empty_windows_and_foreign_nullifiers_are_refused() {
    let mut register = WindowRegister::new();
    assert_eq!(
        claim(&mut register, "a", span(5, 5), 1),
        Err(WindowError::Empty { window: span(5, 5) })
    );
    let (ours, theirs) = (claimant("a"), claimant("b"));
    let given = nullifier(&theirs, &span(0, 9));
    assert_eq!(
        register.claim(&ours, span(0, 9), order(1), given),
        Err(WindowError::WrongNullifier { expected: nullifier(&ours, &span(0, 9)), given })
    );
}

proptest! {
    /// Whatever is claimed and freed, windows held by different orders stay disjoint.
    #[test]
    fn held_windows_are_disjoint(
        claims in proptest::collection::vec((0..6_u8, 0..50_i64, 0..9_i64, 0..5_u8), 0..60),
    ) {
        let mut register = WindowRegister::new();
        for (by, from, len, free) in claims {
            if free == 0 {
                register.free(order(by));
            }
            drop(claim(&mut register, "a", span(from, from + len), by));
            let held: Vec<_> =
                (0..6).filter_map(|by| register.held_by(&claimant("a"), order(by))).collect();
            for (index, left) in held.iter().enumerate() {
                prop_assert!(held.iter().skip(index + 1).all(|right| !left.overlaps(right)));
            }
        }
    }
}
