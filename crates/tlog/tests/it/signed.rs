//! Signed checkpoints: one byte form, nothing unverified gets in.

use comity_tlog::limits::{NOTE_BYTES_MAX, SIGNATURES_MAX};
use comity_tlog::{
    Checkpoint, CheckpointError, Cosignature, CosignatureError, KeyKind, Note, NoteError,
    NoteSignature, SignedCheckpoint, Vkey, VkeyError, empty_root,
};
use comity_wire::{Time, sha256};
use proptest::prelude::*;

use crate::support::{ORIGIN, entries, key, log_vkey, signed, tree, witness};

const NOW: Time = Time::from_unix(1_767_225_600);

/// A checkpoint of 1000 entries with cosignatures by these witnesses.
fn cosigned(witnesses: &[u8]) -> SignedCheckpoint {
    let mut checkpoint = signed(&tree(&entries(1_000)), 1_000);
    for n in witnesses {
        let (name, key, vkey) = witness(*n);
        let cosignature = Cosignature::sign(&name, &key, checkpoint.checkpoint(), NOW).unwrap();
        checkpoint.add(cosignature, &vkey).unwrap();
    }
    checkpoint
}

fn vkeys(witnesses: &[u8]) -> Vec<Vkey> {
    witnesses.iter().map(|n| witness(*n).2).collect()
}

/// The note with its signature lines rearranged.
fn rearranged(checkpoint: &SignedCheckpoint, lines: &[usize]) -> Vec<u8> {
    let note = Note::decode(&checkpoint.encode()).unwrap();
    let signatures = lines.iter().map(|line| note.signatures[*line].clone()).collect();
    Note { text: note.text, signatures }.encode()
}

#[test]
fn a_checkpoint_is_read_as_it_is_written() {
    for witnesses in [&[][..], &[1], &[1, 2], &[1, 2, 3]] {
        let checkpoint = cosigned(witnesses);
        let bytes = checkpoint.encode();
        let quorum = witnesses.len();
        let decoded = SignedCheckpoint::decode(&bytes, &log_vkey(), &vkeys(&[1, 2, 3]), quorum);
        assert_eq!(decoded.as_ref(), Ok(&checkpoint));
        let open = SignedCheckpoint::decode_open(&bytes, &log_vkey(), &vkeys(&[3, 2, 1]), quorum);
        assert_eq!(open.as_ref(), Ok(&checkpoint));
        assert_eq!(open.unwrap().encode(), bytes);
    }
}

#[test]
fn cosignatures_stand_by_name_in_whatever_order_they_came() {
    assert_eq!(cosigned(&[1, 2, 3]).encode(), cosigned(&[3, 1, 2]).encode());
}

#[test]
fn every_other_value_of_every_byte_of_a_signed_checkpoint_is_refused() {
    let bytes = cosigned(&[]).encode();
    let log = log_vkey();
    for at in 0..bytes.len() {
        for change in 1..=255 {
            let mut bytes = bytes.clone();
            bytes[at] ^= change;
            let decoded = SignedCheckpoint::decode(&bytes, &log, &[], 0);
            assert!(decoded.is_err(), "byte {at} change {change:#x}: {decoded:?}");
        }
    }
}

#[test]
fn every_flipped_bit_of_a_cosigned_checkpoint_is_refused() {
    let bytes = cosigned(&[1, 2]).encode();
    let (log, witnesses) = (log_vkey(), vkeys(&[1, 2]));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << bit;
            let decoded = SignedCheckpoint::decode(&bytes, &log, &witnesses, 0);
            assert!(decoded.is_err(), "byte {at} bit {bit}: {decoded:?}");
        }
    }
}

/// A quorum of all witnesses, so that a dropped cosignature is missed.
#[test]
fn every_dropped_doubled_or_added_byte_is_refused() {
    let bytes = cosigned(&[1]).encode();
    let (log, witnesses) = (log_vkey(), vkeys(&[1]));
    let refused = |bytes: &[u8]| SignedCheckpoint::decode(bytes, &log, &witnesses, 1).is_err();
    for at in 0..=bytes.len() {
        for added in [b'\n', b' ', b'0', b'A', 0, bytes[at.min(bytes.len() - 1)]] {
            let longer = [&bytes[..at], &[added], &bytes[at..]].concat();
            assert!(refused(&longer), "{added:#x} at {at}");
        }
        assert!(at == bytes.len() || refused(&[&bytes[..at], &bytes[at + 1..]].concat()), "-{at}");
        assert!(at == bytes.len() || refused(&bytes[..at]), "cut at {at}");
    }
}

#[test]
fn a_closed_checkpoint_has_known_signers_once_and_in_their_place() {
    let checkpoint = cosigned(&[1, 2]);
    let name = |n| witness(n).0;
    let decode = |lines: &[usize], witnesses: &[u8], quorum| {
        let bytes = rearranged(&checkpoint, lines);
        SignedCheckpoint::decode(&bytes, &log_vkey(), &vkeys(witnesses), quorum).map(drop)
    };
    assert_eq!(decode(&[0, 1, 2], &[1, 2], 2), Ok(()));
    assert_eq!(decode(&[0, 2], &[1, 2], 1), Ok(()));
    assert_eq!(decode(&[0, 2], &[1, 2], 2), Err(CheckpointError::Quorum { needed: 2, given: 1 }));
    assert_eq!(decode(&[0, 1, 2], &[1], 1), Err(CheckpointError::UnknownSigner { name: name(2) }));
    assert_eq!(decode(&[0, 2, 1], &[1, 2], 0), Err(CheckpointError::OutOfOrder { name: name(1) }));
    assert_eq!(decode(&[0, 1, 1], &[1, 2], 0), Err(CheckpointError::Duplicate { name: name(1) }));
    let log = || ORIGIN.to_owned();
    assert_eq!(decode(&[1, 0, 2], &[1, 2], 0), Err(CheckpointError::OutOfOrder { name: log() }));
    assert_eq!(decode(&[0, 0, 1], &[1, 2], 0), Err(CheckpointError::Duplicate { name: log() }));
    assert_eq!(decode(&[1, 2], &[1, 2], 0), Err(CheckpointError::NoLogSignature { name: log() }));
}

#[test]
fn an_open_checkpoint_drops_strangers_and_still_refuses_false_friends() {
    let checkpoint = cosigned(&[1, 2]);
    let decode = |bytes: &[u8], witnesses: &[u8], quorum| {
        SignedCheckpoint::decode_open(bytes, &log_vkey(), &vkeys(witnesses), quorum)
    };
    let shuffled = rearranged(&checkpoint, &[2, 0, 1, 1]);
    assert_eq!(decode(&shuffled, &[1, 2], 2), Ok(checkpoint.clone()));
    assert_eq!(decode(&shuffled, &[1], 1), Ok(cosigned(&[1])));
    assert_eq!(decode(&shuffled, &[1], 2), Err(CheckpointError::Quorum { needed: 2, given: 1 }));

    let mut note = Note::decode(&checkpoint.encode()).unwrap();
    note.signatures[1].signature[70] ^= 1;
    let bad = CosignatureError::BadSignature { name: witness(1).0 };
    assert_eq!(decode(&note.encode(), &[1, 2], 0), Err(bad.into()));
    assert_eq!(decode(&note.encode(), &[2], 1), Ok(cosigned(&[2])));
    note.signatures.remove(0);
    let none = CheckpointError::NoLogSignature { name: ORIGIN.to_owned() };
    assert_eq!(decode(&note.encode(), &[2], 0), Err(none));
}

#[test]
fn nobody_counts_twice() {
    let (_, key, vkey) = witness(1);
    let again = Vkey::witness("other.example/name", key.public()).unwrap();
    let own = Vkey::witness("other.example/own", log_vkey().key().to_owned()).unwrap();
    let bytes = cosigned(&[1]).encode();
    for (witnesses, name) in [
        (vec![vkey.clone(), vkey.clone()], vkey.name()),
        (vec![vkey.clone(), again], "other.example/name"),
        (vec![own], "other.example/own"),
        (vec![Vkey::witness(ORIGIN, vkey.key().to_owned()).unwrap()], ORIGIN),
    ] {
        assert_eq!(
            SignedCheckpoint::decode(&bytes, &log_vkey(), &witnesses, 0),
            Err(CheckpointError::RepeatedSigner { name: name.to_owned() })
        );
    }
    let cosignature = cosigned(&[1]).cosignatures()[0].clone();
    assert_eq!(
        cosigned(&[1]).add(cosignature, &vkey),
        Err(CheckpointError::Duplicate { name: vkey.name().to_owned() })
    );
}

#[test]
fn keys_of_the_wrong_kind_verify_nothing() {
    let (bytes, (_, _, vkey)) = (cosigned(&[1]).encode(), witness(1));
    let wrong = |name: &str| Err(CheckpointError::WrongKind { name: name.to_owned() });
    assert_eq!(SignedCheckpoint::decode(&bytes, &vkey, &[], 0), wrong(vkey.name()));
    let witness_as_log = Vkey::log("w", vkey.key().to_owned()).unwrap();
    assert_eq!(SignedCheckpoint::decode(&bytes, &log_vkey(), &[witness_as_log], 0), wrong("w"));
    assert_ne!(
        log_vkey().key_hash(),
        Vkey::witness(ORIGIN, log_vkey().key().clone()).unwrap().key_hash()
    );
}

#[test]
fn a_checkpoint_of_another_log_is_refused() {
    let other = Checkpoint::new("comity/other", 5, sha256(b"")).unwrap();
    let bytes = SignedCheckpoint::sign(other, &key(7)).encode();
    assert_eq!(
        SignedCheckpoint::decode(&bytes, &log_vkey(), &[], 0),
        Err(CheckpointError::WrongOrigin {
            expected: ORIGIN.to_owned(),
            given: "comity/other".to_owned()
        })
    );
}

#[test]
fn a_checkpoint_text_has_one_form() {
    const ROOT: &str = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let decode = |text: String| Checkpoint::decode(&text).map(drop);
    assert_eq!(decode(format!("a\n5\n{ROOT}\n")), Ok(()));
    assert_eq!(decode(format!("a\n9223372036854775807\n{ROOT}\n")), Ok(()));
    let too_large = CheckpointError::SizeTooLarge { given: 1 << 63, max: i64::MAX as u64 };
    assert_eq!(decode(format!("a\n9223372036854775808\n{ROOT}\n")), Err(too_large));
    for size in ["", "05", "+5", "-1", " 5", "5 ", "5.0", "0x5", "18446744073709551616", "\u{665}"]
    {
        assert_eq!(decode(format!("a\n{size}\n{ROOT}\n")), Err(CheckpointError::BadSize), "{size}");
    }
    for root in [
        "",
        "AAAA",
        "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=",
        &ROOT[..43],
        &ROOT.replace("2I=", "2J="),
    ] {
        assert_eq!(decode(format!("a\n5\n{root}\n")), Err(CheckpointError::BadRoot), "{root}");
    }
    for origin in ["", "a b", "a+b", "a\u{a0}b", &"a".repeat(256)] {
        assert_eq!(decode(format!("{origin}\n5\n{ROOT}\n")), Err(CheckpointError::BadOrigin));
    }
    assert_eq!(decode(format!("a\n5\n{ROOT}\nmore\n")), Err(CheckpointError::Extension));
    assert_eq!(decode(format!("a\n5\n{ROOT}\n\n")), Err(CheckpointError::Extension));
    assert_eq!(decode("a\n5\n".to_owned()), Err(CheckpointError::TooFewLines { given: 2 }));
    assert_eq!(decode("a\n".to_owned()), Err(CheckpointError::TooFewLines { given: 1 }));
    assert_eq!(decode("\n".to_owned()), Err(CheckpointError::TooFewLines { given: 1 }));
    assert_eq!(decode(format!("a\n5\n{ROOT}")), Err(NoteError::NoFinalNewline.into()));
    let given = sha256(b"x");
    assert_eq!(
        Checkpoint::new("a", 0, given),
        Err(CheckpointError::NotEmptyRoot { expected: empty_root(), given })
    );
    assert!(Checkpoint::new("a", 0, empty_root()).is_ok());
}

#[test]
fn a_note_is_refused_by_name_and_line() {
    let line = "— a AAAAAAA=\n";
    let decode = |text: &str| Note::decode(text.as_bytes()).map(drop);
    assert_eq!(decode(&format!("text\n\n{line}")), Ok(()));
    assert_eq!(decode(&format!("text\n\n\nmore\n\n{line}{line}")), Ok(()));
    assert_eq!(decode(""), Err(NoteError::NoFinalNewline));
    assert_eq!(decode("text\n"), Err(NoteError::NoSignatures));
    assert_eq!(decode(&format!("text\n{line}")), Err(NoteError::NoSignatures));
    assert_eq!(decode("text\n\n"), Err(NoteError::NoSignatures));
    assert_eq!(decode(&format!("text\n\n{line}x")), Err(NoteError::NoFinalNewline));
    assert_eq!(decode(&format!("text\n\n{line}x\n")), Err(NoteError::BadSignatureLine { line: 4 }));
    assert_eq!(decode("t\n\n- a AAAAAAA=\n"), Err(NoteError::BadSignatureLine { line: 3 }));
    assert_eq!(decode("t\n\n— aAAAAAAA=\n"), Err(NoteError::BadSignatureLine { line: 3 }));
    assert_eq!(decode("t\n\n— a+b AAAAAAA=\n"), Err(NoteError::BadName { line: 3 }));
    assert_eq!(decode("t\n\n—  AAAAAAA=\n"), Err(NoteError::BadName { line: 3 }));
    for blob in ["", "AAAA", "AAAAAA==", "AAAAAAA", "AAAAAAB=", "AAAA AAA=", "AAAAAAA= "] {
        let error = Err(NoteError::BadBase64 { line: 3 });
        assert_eq!(decode(&format!("t\n\n— a {blob}\n")), error, "{blob:?}");
    }
    assert_eq!(
        decode(&format!("te\rxt\n\n{line}")),
        Err(NoteError::ControlCharacter { byte: b'\r', at: 2 })
    );
    assert_eq!(Note::decode(b"te\xff\n\n"), Err(NoteError::NotUtf8 { at: 2 }));
    let many = |count| format!("text\n\n{}", line.repeat(count));
    assert_eq!(decode(&many(SIGNATURES_MAX)), Ok(()));
    assert_eq!(
        decode(&many(SIGNATURES_MAX + 1)),
        Err(NoteError::TooManySignatures { max: SIGNATURES_MAX })
    );
    let long = "x".repeat(NOTE_BYTES_MAX + 1);
    assert_eq!(decode(&long), Err(NoteError::TooLong { len: long.len(), max: NOTE_BYTES_MAX }));
    assert_eq!(
        NoteSignature::decode(line).map(|signature| signature.encode()),
        Ok(line.to_owned())
    );
    assert_eq!(NoteSignature::decode("— a AAAAAAA="), Err(NoteError::NoFinalNewline));
}

#[test]
fn a_verifier_key_has_one_text() {
    let (log, (_, _, witness)) = (log_vkey(), witness(1));
    for vkey in [log.clone(), witness] {
        assert_eq!(vkey.to_string().parse(), Ok(vkey));
    }
    let text = log.to_string();
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(changed.parse::<Vkey>().is_err(), "{changed}");
        }
    }
    let parse = |text: &str| text.parse::<Vkey>();
    assert_eq!(parse(""), Err(VkeyError::Malformed));
    assert_eq!(parse("a+00000000"), Err(VkeyError::Malformed));
    assert_eq!(parse("a+00000000+"), Err(VkeyError::Malformed));
    assert_eq!(parse("a+0000000g+AQ=="), Err(VkeyError::Malformed));
    assert_eq!(parse("a+00000000+AQ=="), Err(VkeyError::BadKey));
    assert_eq!(parse("a+00000000+Ag=="), Err(VkeyError::UnknownKind { kind: 2 }));
    assert_eq!(parse(&"a".repeat(400)), Err(VkeyError::TooLong { len: 400, max: 309 }));
    assert_eq!(Vkey::log("a b", log.key().clone()), Err(VkeyError::BadName));
    assert_eq!(Vkey::witness("", log.key().clone()), Err(VkeyError::BadName));
    assert_eq!(log.kind(), KeyKind::Log);
}

#[test]
fn a_cosignature_is_for_one_checkpoint_one_time_and_one_witness() {
    let checkpoint = signed(&tree(&entries(9)), 9).checkpoint().clone();
    let other = signed(&tree(&entries(9)), 8).checkpoint().clone();
    let (name, key, vkey) = witness(1);
    let cosignature = Cosignature::sign(&name, &key, &checkpoint, NOW).unwrap();
    assert_eq!((cosignature.name(), cosignature.time()), (name.as_str(), NOW));
    let line = cosignature.to_line();
    assert_eq!(Cosignature::decode(&line), Ok(cosignature.clone()));
    assert_eq!(cosignature.verify(&vkey, &checkpoint), Ok(()));
    let bad = || CosignatureError::BadSignature { name: name.clone() };
    assert_eq!(cosignature.verify(&vkey, &other), Err(bad()));
    let (later, same_key) = (NOW.plus(1).unix().to_be_bytes(), Vkey::log(&name, key.public()));
    let mut redated = line.clone();
    redated.signature[..8].copy_from_slice(&later);
    let redated = Cosignature::decode(&redated).unwrap();
    assert_eq!(redated.verify(&vkey, &checkpoint), Err(bad()));
    for wrong in [witness(2).2, same_key.unwrap()] {
        let expected = wrong.name().to_owned();
        let error = CosignatureError::WrongSigner { expected, given: name.clone() };
        assert_eq!(cosignature.verify(&wrong, &checkpoint), Err(error));
    }
    for unix in [0, -1, i64::MIN, i64::MAX, Time::MAX.unix() + 1] {
        let mut line = line.clone();
        line.signature[..8].copy_from_slice(&unix.to_be_bytes());
        assert_eq!(Cosignature::decode(&line), Err(CosignatureError::BadTime { unix }));
    }
    for len in [0, 8, 71] {
        let mut line = line.clone();
        line.signature.truncate(len);
        let error = CosignatureError::WrongLength { expected: 72, given: len };
        assert_eq!(Cosignature::decode(&line), Err(error));
    }
    let early = Cosignature::sign(&name, &key, &checkpoint, Time::from_unix(0));
    assert_eq!(early, Err(CosignatureError::BadTime { unix: 0 }));
}

proptest! {
    #[test]
    fn no_bytes_make_the_note_parser_panic(bytes: Vec<u8>) {
        if let Ok(note) = Note::decode(&bytes) {
            prop_assert_eq!(note.encode(), bytes);
        }
    }

    #[test]
    fn whatever_looks_like_a_note_has_one_form(
        text in "([a-z +]{0,9}\n){0,4}", lines in "(— [a-z+]{0,3} [A-D=]{0,12}\n){0,3}",
    ) {
        let bytes = format!("{text}\n{lines}").into_bytes();
        if let Ok(note) = Note::decode(&bytes) {
            prop_assert_eq!(note.encode(), bytes);
        }
    }

    #[test]
    fn whatever_looks_like_a_checkpoint_has_one_form(
        text in "[a-z+ ]{0,4}\n[0-9]{0,3}\n[A-Za-z0-9+/]{43}=\n(x\n)?",
    ) {
        if let Ok(checkpoint) = Checkpoint::decode(&text) {
            prop_assert_eq!(checkpoint.encode(), text);
        }
    }
}
