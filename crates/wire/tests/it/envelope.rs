use comity_wire::dsse::{Envelope, EnvelopeSignature, pae};
use comity_wire::{KeyId, WireError};
use proptest::prelude::*;

fn envelope() -> Envelope {
    let keyid = KeyId::parse("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").unwrap();
    Envelope {
        payload: b"{\"a\":1}".to_vec(),
        signatures: vec![EnvelopeSignature { keyid, sig: vec![7; 64] }],
    }
}

#[test]
fn the_signed_bytes_are_those_of_the_dsse_document() {
    let expected = b"DSSEv1 28 application/vnd.in-toto+json 7 {\"a\":1}";
    assert_eq!(pae(b"{\"a\":1}"), expected);
}

#[test]
fn every_single_bit_is_covered_by_the_one_form() {
    let bytes = envelope().encode();
    assert_eq!(Envelope::decode(&bytes).unwrap(), envelope());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(read) = Envelope::decode(&changed) {
                assert_eq!(read.encode(), changed, "byte {at} bit {bit} has two forms");
                assert_ne!(read, envelope());
            }
        }
        let mut shorter = bytes.clone();
        shorter.remove(at);
        assert!(Envelope::decode(&shorter).map_or(true, |read| read != envelope()));
    }
}

#[test]
fn zero_and_three_signatures_are_refused() {
    let mut none = envelope();
    none.signatures.clear();
    assert!(Envelope::decode(&none.encode()).is_err());
    let mut three = envelope();
    three.signatures = vec![three.signatures[0].clone(); 3];
    assert!(Envelope::decode(&three.encode()).is_err());
}

#[test]
fn base64_variants_are_refused() {
    let text = String::from_utf8(envelope().encode()).unwrap();
    for (from, to) in [
        ("eyJhIjoxfQ==", "eyJhIjoxfQ"),
        ("eyJhIjoxfQ==", "eyJhIjoxfR=="),
        ("vnd.in-toto+json", "vnd.in-toto"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        assert!(Envelope::decode(changed.as_bytes()).is_err(), "{to}");
    }
}

#[test]
fn an_oversized_payload_is_refused_by_name() {
    let mut large = envelope();
    large.payload = vec![b'x'; 4097];
    let refused = Envelope::decode(&large.encode());
    assert_eq!(refused, Err(WireError::TooLong { what: "payload", len: 4097, max: 4096 }));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Envelope::decode(&bytes);
    }

    #[test]
    fn any_payload_survives(payload in prop::collection::vec(any::<u8>(), 0..300)) {
        let envelope = Envelope { payload, ..envelope() };
        prop_assert_eq!(Envelope::decode(&envelope.encode()).unwrap(), envelope);
    }
}
