use comity_sign::SigningKey;

use super::*;

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn genesis() -> (GenesisBlock, SigningKey) {
    let root = SigningKey::from_seed([1; 32]);
    let key = |seed| MeshKey::from(SigningKey::from_seed([seed; 32]).public()).to_string();
    let genesis = GenesisBlock {
        network_name: "alpha".into(),
        network_version: "v1".into(),
        root_public_key: key(1),
        network_authority: NetworkAuthority {
            public_key: key(2),
            valid_from: at("2026-06-01T00:00:00Z"),
            valid_to: at("2026-09-01T00:00:00Z"),
        },
        allowed_crypto_suites: vec!["ed25519".into()],
        allowed_transports: vec!["quic".into()],
        policy_manifest: PolicyManifestRef { hash: "sha256:00".into(), url: None },
        bootstrap_anchors: Vec::new(),
        signatures: Vec::new(),
    };
    (genesis, root)
}

#[test]
fn every_reason_is_given() {
    for reason in GenesisReason::ALL {
        let (mut genesis, root) = genesis();
        let mut when = at("2026-07-01T00:00:00Z");
        match reason {
            GenesisReason::BadRootKey => genesis.root_public_key = "AAAA".into(),
            GenesisReason::BadAuthorityKey => genesis.network_authority.public_key.push('x'),
            GenesisReason::OutsideValidityWindow => when = at("2026-09-02T00:00:00Z"),
            GenesisReason::MissingSignature | GenesisReason::InvalidSignature => {}
        }
        match reason {
            GenesisReason::MissingSignature => {}
            // One good signature does not make up for a bad one.
            GenesisReason::InvalidSignature => {
                genesis.sign(&root, "root");
                genesis.sign(&SigningKey::from_seed([9; 32]), "other");
            }
            GenesisReason::BadRootKey
            | GenesisReason::BadAuthorityKey
            | GenesisReason::OutsideValidityWindow => genesis.sign(&root, "root"),
        }
        assert_eq!(genesis.verify(when), Err(*reason));
    }
    let (mut genesis, root) = genesis();
    genesis.sign(&root, "root");
    assert_eq!(genesis.verify(at("2026-07-01T00:00:00Z")), Ok(()));
}
