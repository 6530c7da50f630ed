//! Answers that other implementations give to the same questions.
//!
//! Signatures under the tag that is used here: two of the 559 in the tests of noble-curves (MIT). Signatures under the
//! tag of Ethereum's consensus, and encodings that must not decode: ethereum/bls12-381-tests (CC0).

use comity_bls::conformance::bls_threshold;
use comity_bls::{GroupKey, Index, KeyEpoch, SecretShare, ThresholdSignature};
use comity_wire::hex;
use serde_json::json;

/// Secret, message, signature.
const OURS: [[&str; 3]; 2] = [
    [
        "28b90deaf189015d3a325908c5e0e4bf00f84f7e639b056ff82d7e70b6eede4c",
        "09",
        "8647aa9680cd0cdf065b94e818ff2bb948cc97838bcee987b9bc1b76d0a0a6e0d85db4e9d75aaedfc79d4ea2733a21ae\
         0579014de7636dd2943d45b87c82b1c66a289006b0b9767921bb8edd3f6c5c5dec0d54cd65f61513113c50cc977849e5",
    ],
    [
        "21fa64295c0fc47d81f69ba31d4661604c4d9eae6d2077c094ff758b1757e3c1",
        "",
        "845c89e3bc5350275cc5b2669bda8ae127b8bf731517bb1bd5ebf0670add6df037f6b8c382aa03f729c5e8049e817dab\
         0cc310e8af80d78cff447f034d32e7e7a1e8f27c8df390c5b640a7e341d6ab94311c4ae35a754f3990371c9186f97f0e",
    ],
];

/// The same under the other tag.
const ETHEREUM: [[&str; 3]; 2] = [
    [
        "328388aff0d4a5b7dc9205abd374e7e98f3cd9f3418edb4eafda5fb16473d216",
        "abababababababababababababababababababababababababababababababab",
        "ae82747ddeefe4fd64cf9cedb9b04ae3e8a43420cd255e3c7cd06a8d88b7c7f8638543719981c5d16fa3527c468c25f0\
         026704a6951bde891360c7e8d12ddee0559004ccdbe6046b55bae1b257ee97f7cdb955773d7cf29adf3ccbb9975e4eb9",
    ],
    [
        "47b8192d77bf871b62e87859d653922725724a5c031afeabc60bcef5ff665138",
        "abababababababababababababababababababababababababababababababab",
        "9674e2228034527f4c083206032b020310face156d4a4685e2fcaec2f6f3665aa635d90347b6ce124eb879266b1e801d\
         185de36a0a289b85e9039662634f2eea1e02e670bc7ab849d006a70b2f93b84597558a05b879c8d445f387a5d5b653df",
    ],
];

/// Keys that do not decode, and why: `x` is in another group, off the curve, unreduced or cut, or the flags are wrong.
const NO_KEYS: [(&str, &str); 8] = [
    (
        "8123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "bls.not_in_subgroup",
    ),
    (
        "8123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde0",
        "bls.not_a_point",
    ),
    (
        "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaac",
        "bls.not_a_point",
    ),
    (
        "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa",
        "bls.wrong_length",
    ),
    (
        "c01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "bls.not_a_point",
    ),
    (
        "800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "bls.not_a_point",
    ),
    (
        "e491d1b0ecd9bb917989f0e74f0dea0422eac4a873e5e2644f368dffb9a6e20fd6e10c1b77654d067c0618f6e5a7f79a",
        "bls.not_a_point",
    ),
    (
        "2491d1b0ecd9bb917989f0e74f0dea0422eac4a873e5e2644f368dffb9a6e20fd6e10c1b77654d067c0618f6e5a7f79a",
        "bls.not_a_point",
    ),
];

#[test]
fn signatures_are_those_of_other_implementations() {
    for [secret, message, signature] in OURS {
        let secret = hex::decode_array(secret).unwrap();
        let share = SecretShare::from_bytes(KeyEpoch(0), Index::new(1).unwrap(), &secret).unwrap();
        let message = hex::decode(message).unwrap();
        assert_eq!(hex::encode(&share.sign(&message).point()), signature);
        let key = GroupKey::from_bytes(&share.public().to_bytes()).unwrap();
        let given = ThresholdSignature::from_bytes(&hex::decode(signature).unwrap()).unwrap();
        assert_eq!(key.verify(&message, &given), Ok(()));
        let other = [message.as_slice(), &[0]].concat();
        assert!(key.verify(&other, &given).is_err());
    }
}

#[test]
fn signatures_under_the_tag_of_ethereum_are_those_of_its_tests() {
    const DST: &str = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    for [secret, message, signature] in ETHEREUM {
        let bytes = hex::decode_array(secret).unwrap();
        let share = SecretShare::from_bytes(KeyEpoch(0), Index::new(1).unwrap(), &bytes).unwrap();
        let key = share.public().to_string();
        let line = json!({
            "index": 1, "secret_hex": secret, "public_key": key, "partial_signature": signature,
        });
        let file = json!({
            "n": 1, "t": 1, "dst": DST, "message_hex": message, "shares": [line],
            "polynomial_coefficients_hex": [secret], "group_public_key": key,
            "combined_signature": signature, "subsets_giving_it": [[1]],
        });
        let cases = bls_threshold(&file);
        assert!(cases.iter().all(|case| case.complaints.is_empty()), "{cases:?}");
        // Under the tag of this project the same key signs the same message otherwise.
        assert_ne!(hex::encode(&share.sign(&hex::decode(message).unwrap()).point()), signature);
    }
}

#[test]
fn what_must_not_decode_does_not() {
    for (key, code) in NO_KEYS {
        let found = GroupKey::from_bytes(&hex::decode(key).unwrap());
        assert_eq!(found.unwrap_err().code(), code, "{key}");
    }
}
