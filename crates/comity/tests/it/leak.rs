//! Nothing raw leaves a vault: canaries planted in the readings, the labels and the result are looked for in every
//! public, stored, logged or printed byte, in many disguises. And the test itself is tested: the canaries are found where
//! they must be, and without the salt a guess can be confirmed.

use std::io::Write as _;

use comity_constitution::RiskTier;
use comity_mycel::evidence::salted_hash;
use comity_wire::{Decimal, Time, dsse::Envelope, hex, jcs};

use crate::rehearsal::{Finished, options, run, short_plant};

const CANARIES: i64 = 200;

/// A reading that occurs nowhere by accident: nine digits that no other reading shares.
fn canary(number: i64) -> i64 {
    101_000_003 + number * 15_485
}

fn rehearse() -> (Finished, Vec<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let mut plant = short_plant(7);
    for number in 0..CANARIES {
        // In the calibration part, far apart, so that they decide nothing.
        plant.readings[usize::try_from(number).unwrap() * 2].micro = canary(number);
    }
    let mut secrets: Vec<Vec<u8>> = (0..CANARIES)
        .flat_map(|number| {
            let micro = canary(number);
            [
                Decimal::from_scaled(micro, 6).as_str().as_bytes().to_vec(),
                micro.to_string().into_bytes(),
                micro.to_le_bytes().to_vec(),
                micro.to_be_bytes().to_vec(),
            ]
        })
        .collect();
    // The buyer's labels: when the fault was, in the forms in which the vault keeps it.
    for window in &plant.windows {
        for time in [window.from, window.to] {
            secrets.push(time.to_string().into_bytes());
            secrets.push(time.unix().to_string().into_bytes());
        }
    }
    // The orders' span is public, so its ends are no secret even if a window should share them.
    let public = [plant.span.from, plant.span.to];
    secrets.retain(|secret| {
        public.iter().all(|time: &Time| {
            *secret != time.to_string().into_bytes()
                && *secret != time.unix().to_string().into_bytes()
        })
    });
    (run(options(dir.path(), RiskTier::R2), &plant), secrets)
}

/// Every way in which a secret is looked for.
fn disguises(secret: &[u8]) -> Vec<Vec<u8>> {
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    let upper = hex::encode(secret).to_uppercase().into_bytes();
    let mut all = vec![secret.to_vec(), reversed, hex::encode(secret).into_bytes(), upper];
    // Base64 depends on the position modulo three; the ends are cut to what does not depend on neighbours.
    for lead in 0..3 {
        let padded = [vec![0; lead], secret.to_vec()].concat();
        let text = base64(&padded);
        let from = (lead * 8).div_ceil(6);
        let to = (padded.len() * 8) / 6;
        all.push(text.as_bytes()[from..to].to_vec());
        all.push(text[from..to].replace('+', "-").replace('/', "_").into_bytes());
    }
    for level in [1, 6, 9] {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(secret).unwrap();
        all.push(encoder.finish().unwrap());
    }
    all.retain(|form| 6 <= form.len());
    all
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let word = chunk
                .iter()
                .chain([&0, &0])
                .take(3)
                .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[(word >> shift & 63) as usize]))
        })
        .collect()
}

/// All bytes that anybody outside a vault can see, the payloads of envelopes unpacked as well.
fn visible(done: &Finished) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> =
        done.export.iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    all.extend(done.shown.iter().map(|bytes| ("shown or stored".to_owned(), bytes.clone())));
    for (path, bytes) in done.export.iter().filter(|(path, _)| path.ends_with("envelopes.jsonl")) {
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            all.push((format!("payload in {path}"), Envelope::decode(line).unwrap().payload));
        }
    }
    all
}

/// One pass over the haystack for all needles: by their first four bytes.
fn hits(haystack: &[u8], needles: &[Vec<u8>]) -> usize {
    let mut index: std::collections::BTreeMap<[u8; 4], Vec<&[u8]>> =
        std::collections::BTreeMap::new();
    for needle in needles {
        index.entry(needle[..4].try_into().unwrap()).or_default().push(needle);
    }
    (0..haystack.len().saturating_sub(3))
        .filter(|at| {
            let key: [u8; 4] = haystack[*at..*at + 4].try_into().unwrap();
            index
                .get(&key)
                .is_some_and(|found| found.iter().any(|needle| haystack[*at..].starts_with(needle)))
        })
        .count()
}

#[test]
fn no_canary_is_in_any_public_stored_logged_or_printed_byte() {
    let (done, secrets) = rehearse();
    let needles: Vec<Vec<u8>> = secrets.iter().flat_map(|secret| disguises(secret)).collect();
    assert!(3000 < needles.len(), "{} needles", needles.len());
    for (place, bytes) in visible(&done) {
        assert_eq!(hits(&bytes, &needles), 0, "a canary in {place}");
    }
    // The search itself finds what is there: the private openings hold the canaries in plain text.
    let private: usize = done.private.iter().map(|bytes| hits(bytes, &needles)).sum();
    assert!(
        usize::try_from(CANARIES).unwrap() <= private,
        "the search found {private} canaries in the openings"
    );
}

#[test]
fn the_search_finds_each_disguise() {
    let secret = Decimal::from_scaled(canary(3), 6).as_str().as_bytes().to_vec();
    for form in disguises(&secret) {
        let haystack = [b"before ".as_slice(), &form, b" after"].concat();
        assert_eq!(hits(&haystack, &disguises(&secret)).min(1), 1, "{form:?}");
    }
    for lead in 0..3 {
        let text = base64(&[vec![b'x'; 9 + lead], secret.clone(), b"tail".to_vec()].concat());
        assert_ne!(hits(text.as_bytes(), &disguises(&secret)), 0, "base64 at {lead}");
    }
}

#[test]
fn without_the_salt_the_public_hash_of_the_labels_would_confirm_a_guess() {
    let plant = short_plant(7);
    let truth = &plant.windows;
    // A dictionary of plausible labels: the same length, at every five minutes of the judged span.
    let length = truth[0].to.unix() - truth[0].from.unix();
    let guesses =
        (plant.span.from.unix()..plant.span.to.unix() - length).step_by(300).map(|from| {
            let from = Time::from_unix(from);
            vec![comity_mycel::facts::Span { from, to: from.plus(length) }]
        });
    let hash =
        |salt: &[u8; 16], windows: &Vec<_>| salted_hash(salt, &jcs::to_vec(windows).unwrap());
    let attack = |public| guesses.clone().find(|guess| hash(&[0; 16], guess) == public);

    let unsalted = hash(&[0; 16], truth);
    assert_eq!(attack(unsalted).as_ref(), Some(truth), "the attack works when there is no salt");
    let vault = comity_node::Vault::new([9; 32]);
    let salt = hex::decode_array(&vault.salt("windows", b"watch machine 0")).unwrap();
    assert_eq!(attack(hash(&salt, truth)), None, "and fails when there is one");
}
