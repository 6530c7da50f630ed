use comity_sign::{
    Claim, IssuerKey, IssuerSecret, MlDsaSigningKey, Signed, SigningKey, VerifyError, finish_all,
};
use comity_wire::dsse::Envelope;
use comity_wire::{SovereignId, Statement, Subject, Time, sha256};

fn classical() -> IssuerSecret {
    IssuerSecret::classical(SigningKey::from_seed([1; 32]))
}

fn hybrid() -> IssuerSecret {
    IssuerSecret::hybrid(SigningKey::from_seed([1; 32]), MlDsaSigningKey::from_seed([2; 32]))
}

fn statement(secret: &IssuerSecret) -> Statement {
    Statement {
        kind: "comity:test/fact/v1".into(),
        subject: Subject { name: "thing".into(), sha256: sha256(b"thing") },
        issuer: Some(SovereignId::from_digest(sha256(b"sovereign"))),
        signer: secret.id(),
        at: Time::from_unix(1_767_225_600),
        cites: Vec::new(),
        body: serde_json::value::RawValue::from_string("{\"n\":1}".into()).unwrap(),
    }
}

fn verify(bytes: &[u8], key: &IssuerKey) -> Result<Signed<Statement>, VerifyError> {
    Claim::<Statement>::decode(bytes)?.verify(key)
}

#[test]
fn what_is_signed_verifies_byte_for_byte() {
    for secret in [classical(), hybrid()] {
        let signed = Signed::sign(&secret, statement(&secret)).unwrap();
        let read = verify(signed.bytes(), &secret.public()).unwrap();
        assert_eq!(
            (read.id(), read.leaf(), read.bytes()),
            (signed.id(), signed.leaf(), signed.bytes())
        );
        assert_eq!(read.leaf(), sha256(signed.bytes()));
    }
}

#[test]
fn every_single_bit_of_an_envelope_is_covered() {
    let secret = classical();
    let bytes = Signed::sign(&secret, statement(&secret)).unwrap().bytes().to_vec();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(verify(&changed, &secret.public()).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn checks_that_end_together_answer_as_each_alone() {
    let (key, both) = (classical(), hybrid());
    let (public, hybrid_key) = (key.public(), both.public());
    let good = Signed::sign(&key, statement(&key)).unwrap().bytes().to_vec();
    let two = Signed::sign(&both, statement(&both)).unwrap().bytes().to_vec();
    // So many that the key has its table long before the last; one bit of every third is changed.
    let mut cases: Vec<(Vec<u8>, &IssuerKey)> = Vec::new();
    for number in 0..400 {
        let mut bytes = good.clone();
        if number % 3 == 0 {
            let at = number * 7 % bytes.len();
            bytes[at] ^= 1 << (number % 8);
        }
        cases.push((bytes, &public));
        if number % 50 == 0 {
            cases.extend([(two.clone(), &hybrid_key), (two.clone(), &public)]);
        }
    }
    let alone: Vec<_> = cases.iter().map(|(bytes, key)| verify(bytes, key)).collect();
    let together =
        finish_all(cases.iter().map(|(bytes, key)| {
            Claim::<Statement>::decode(bytes).and_then(|claim| claim.begin(key))
        }));
    assert_eq!(alone.iter().filter(|answer| answer.is_ok()).count(), 266 + 8);
    let told = |answers: Vec<Result<Signed<Statement>, VerifyError>>| -> Vec<_> {
        answers
            .into_iter()
            .map(|it| it.map(|signed| signed.id()).map_err(|e| e.to_string()))
            .collect()
    };
    assert_eq!(told(together), told(alone));
}

#[test]
fn a_hybrid_issuer_is_not_satisfied_by_one_signature() {
    let signed = Signed::sign(&hybrid(), statement(&hybrid())).unwrap();
    let mut envelope = Envelope::decode(signed.bytes()).unwrap();
    let post_quantum = envelope.signatures.pop().unwrap();
    let refused = verify(&envelope.encode(), &hybrid().public());
    assert_eq!(refused.unwrap_err(), VerifyError::SignatureCount { expected: 2, found: 1 });

    envelope.signatures.push(post_quantum);
    envelope.signatures[1].sig[100] ^= 1;
    assert_eq!(
        verify(&envelope.encode(), &hybrid().public()).unwrap_err(),
        VerifyError::BadSignature
    );
}

#[test]
fn a_classical_issuer_does_not_accept_a_second_signature() {
    let signed = Signed::sign(&hybrid(), statement(&hybrid())).unwrap();
    let refused = verify(signed.bytes(), &classical().public());
    assert_eq!(refused.unwrap_err(), VerifyError::SignatureCount { expected: 1, found: 2 });
}

#[test]
fn the_signer_named_inside_must_be_the_one_outside() {
    let other = IssuerSecret::classical(SigningKey::from_seed([9; 32]));
    let refused = Signed::sign(&other, statement(&classical()));
    assert!(matches!(refused, Err(VerifyError::WrongKey { .. })));

    let signed = Signed::sign(&classical(), statement(&classical())).unwrap();
    let mut envelope = Envelope::decode(signed.bytes()).unwrap();
    envelope.signatures[0].keyid = other.id();
    let refused = Claim::<Statement>::decode(&envelope.encode());
    assert!(matches!(refused, Err(VerifyError::SignerMismatch { .. })));
    let refused = verify(signed.bytes(), &other.public());
    assert!(matches!(refused, Err(VerifyError::WrongKey { .. })));
}
