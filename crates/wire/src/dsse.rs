//! DSSE envelopes (github.com/secure-systems-lab/dsse, protocol 1.0.2) in one canonical JSON form.
//!
//! ```text
//! {"payload":"<base64>","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"did:key:z…","sig":"<base64>"}]}
//! ```
//!
//! What is signed is not this JSON but its pre-authentication encoding, so that stock tools verify it
//! without canonicalising anything:
//!
//! ```text
//! "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload        LEN = decimal, no leading zeros
//! ```

use crate::reader::Reader;
use crate::{KeyId, WireError, b64, limits};

/// The only payload type that travels: an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

const HEAD: &str = "{\"payload\":\"";
const MIDDLE: &str = "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[";
const KEY: &str = "{\"keyid\":\"";
const SIG: &str = "\",\"sig\":\"";
const TAIL: &str = "\"}";

/// One signature with the id of the key that is said to have made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeSignature {
    /// Who is said to have signed. Not itself covered by the signature.
    pub keyid: KeyId,
    /// The raw signature bytes: 64 for Ed25519, 3,309 for ML-DSA-65.
    pub sig: Vec<u8>,
}

/// A payload and its signatures; nothing about them has been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The signed bytes: a statement in its canonical form.
    pub payload: Vec<u8>,
    /// One or two signatures, in the issuer's order.
    pub signatures: Vec<EnvelopeSignature>,
}

/// The bytes that a signature over `payload` covers.
pub fn pae(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// The bytes that each signature covers.
    pub fn pae(&self) -> Vec<u8> {
        pae(&self.payload)
    }

    /// The one byte form.
    pub fn encode(&self) -> Vec<u8> {
        let mut text = String::with_capacity(256 + self.payload.len() * 4 / 3);
        text.push_str(HEAD);
        b64::encode_into(&self.payload, &mut text);
        text.push_str(MIDDLE);
        for (index, signature) in self.signatures.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { "," });
            text.push_str(KEY);
            text.push_str(signature.keyid.as_str());
            text.push_str(SIG);
            b64::encode_into(&signature.sig, &mut text);
            text.push_str(TAIL);
        }
        text.push_str("]}");
        text.into_bytes()
    }

    /// Reads the one byte form: exactly what [`Self::encode`] writes, at most
    /// [`limits::ENVELOPE_BYTES_MAX`] bytes, with 1 to [`limits::SIGNATURES_MAX`] signatures.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if limits::ENVELOPE_BYTES_MAX < bytes.len() {
            return Err(WireError::TooLong {
                what: "envelope",
                len: bytes.len(),
                max: limits::ENVELOPE_BYTES_MAX,
            });
        }
        let mut reader = Reader::new(bytes, "not an envelope's one form");
        reader.literal(HEAD)?;
        let payload = b64::decode(reader.until_quote()?)?;
        if limits::PAYLOAD_BYTES_MAX < payload.len() {
            return Err(WireError::TooLong {
                what: "payload",
                len: payload.len(),
                max: limits::PAYLOAD_BYTES_MAX,
            });
        }
        reader.literal(MIDDLE)?;
        let mut signatures = Vec::with_capacity(1);
        while signatures.len() < limits::SIGNATURES_MAX {
            reader.literal(KEY)?;
            let keyid = std::str::from_utf8(reader.until_quote()?)
                .map_err(|_| WireError::Malformed { what: "key id" })?;
            let keyid = KeyId::parse(keyid)?;
            reader.literal(SIG)?;
            let sig = b64::decode(reader.until_quote()?)?;
            reader.literal(TAIL)?;
            signatures.push(EnvelopeSignature { keyid, sig });
            if !reader.skips(",") {
                break;
            }
        }
        reader.literal("]}")?;
        reader.end("bytes after the envelope")?;
        Ok(Self { payload, signatures })
    }
}
