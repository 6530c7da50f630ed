use comity_sign::{
    Claim, IssuerKey, IssuerSecret, MlDsaSigningKey, Signed, SigningKey, VerifyError,
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
