//! The record of a token's uses: one signed object per use, each naming the digest of the one before.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::InvocationToken;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

objects! {
    /// One use, signed by the bearer.
    pub struct InvocationUseRecord signed_by signature {
        /// Its id.
        use_id: String,
        /// The token that was used.
        token_id: String,
        /// When.
        used_at: Datetime,
        /// Who used it.
        used_by_sovereign_id: String,
        /// What was done, in a word.
        action_tag: String,
        /// `success` or `failure`.
        outcome: String,
        /// Digest of the use before; `null` for the first.
        prev_use_digest: Option<String> = None,
        /// By the bearer.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a chain of uses is refused.
    pub enum UseReason {
        /// It is a use of another token.
        OtherToken = "other_token",
        /// Somebody other than the bearer used it.
        OtherBearer = "other_bearer",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by a key of the bearer.
        InvalidSignature = "invalid_signature",
        /// It does not name the use before it.
        BrokenChain = "broken_chain",
    }
}

/// Why and where a chain of uses is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseRefusal {
    /// Why.
    pub reason: UseReason,
    /// The use, counted from 1.
    pub failed_at_use: usize,
}

impl InvocationUseRecord {
    /// Records a use of `token` by its bearer, after the use `before`.
    pub fn issue(
        token: &InvocationToken,
        before: Option<&Self>,
        use_id: String,
        (action_tag, outcome): (String, String),
        used_at: Datetime,
        secret: &SigningKey,
        key_id: &str,
    ) -> Self {
        let mut record = Self {
            use_id,
            token_id: token.token_id.clone(),
            used_at,
            used_by_sovereign_id: token.bearer_sovereign_id.clone(),
            action_tag,
            outcome,
            prev_use_digest: before.map(|before| before.digest().to_string()),
            signature: None,
        };
        record.sign(secret, key_id);
        record
    }
}

/// Checks that `uses` are all the uses of `token` up to the last of them: by its bearer, and in an unbroken chain.
///
/// # Errors
///
/// [`UseRefusal`], the first that applies.
pub fn verify_uses(
    token: &InvocationToken,
    uses: &[InvocationUseRecord],
    bearer_keys: &[MeshKey],
) -> Result<(), UseRefusal> {
    let mut before: Option<String> = None;
    for (at, record) in uses.iter().enumerate() {
        let refuse = |reason| Err(UseRefusal { reason, failed_at_use: at + 1 });
        if record.token_id != token.token_id {
            return refuse(UseReason::OtherToken);
        }
        if record.used_by_sovereign_id != token.bearer_sovereign_id {
            return refuse(UseReason::OtherBearer);
        }
        match record.check_signatures(bearer_keys) {
            SignatureCheck::Missing => return refuse(UseReason::MissingSignature),
            SignatureCheck::Invalid => return refuse(UseReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if record.prev_use_digest != before {
            return refuse(UseReason::BrokenChain);
        }
        before = Some(record.digest().to_string());
    }
    Ok(())
}
