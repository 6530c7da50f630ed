//! What a partner signs: that it takes a delegation on, and that it helped.

use comity_client::operators::{deliver, roster};
use comity_client::review::Identity;
use comity_client::{Endpoint, HeaderVersion, Http, Remote};
use comity_mesh::keys::SignedObject as _;
use comity_mesh::managing_partner::{
    AssistanceNote, Engagement, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::Value;

use super::{AcceptArgs, NoteArgs, PartnerKey, answer, find, own_keys};
use crate::cli::Answer;
use crate::cli::mesh::args::{now, object, remote, secret, stamp};
use crate::cli::mesh::local::{digest_of, fresh, public};
use crate::cli::mesh::refused::ObjectError;
use crate::cli::mesh::show::id;

/// A partner with a delegation that names its key.
struct Helper {
    delegation: PartnerDelegation,
    secret: SigningKey,
}

impl Helper {
    fn read(args: &PartnerKey) -> anyhow::Result<Self> {
        let delegation: PartnerDelegation = object(&args.file, "delegation")?;
        let secret = secret(&args.key, args.passphrase_file.as_deref())?;
        if public(&secret) != delegation.partner_public_key {
            return Err(ObjectError::NotThePartner.into());
        }
        Ok(Self { delegation, secret })
    }

    /// Hands in an object as this partner.
    fn deliver(self, remote: &Remote<'_>, object: &Value) -> anyhow::Result<()> {
        let key_id = format!("partner:{}", self.delegation.delegation_id);
        let operator = comity_client::Operator::new(&key_id, self.secret, HeaderVersion::V2)?;
        deliver(remote, object, &operator, &stamp()?)?;
        Ok(())
    }
}

pub(super) fn accept(args: &AcceptArgs) -> anyhow::Result<Answer> {
    let helper = Helper::read(&args.partner)?;
    let (endpoint, http) = (Endpoint::parse(&args.partner.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, args.root.as_deref(), at)?;
    let keys = own_keys(&identity, roster(&remote, &identity, at)?.1)?;
    let engagement = Engagement {
        sovereign_id: &identity.sovereign_id,
        operator_keys: &keys,
        delegation: &helper.delegation,
        ends: &[],
    };
    engagement.verify(at).map_err(ObjectError::refused("the delegation"))?;
    let mut acceptance = PartnerAcceptance {
        object_type: PartnerAcceptance::OBJECT_TYPE.to_owned(),
        delegation_id: helper.delegation.delegation_id.clone(),
        delegation_digest: helper.delegation.digest(),
        partner_id: helper.delegation.partner_id.clone(),
        accepted_at: at,
        signature: None,
    };
    acceptance.sign(&helper.secret, &helper.delegation.partner_id);
    let text = format!(
        "{} has accepted {}\n",
        id(&helper.delegation.partner_id),
        id(&helper.delegation.delegation_id)
    );
    let object = acceptance.write();
    helper.deliver(&remote, &object)?;
    Ok(answer(args.partner.json, &object, text))
}

pub(super) fn note(args: &NoteArgs) -> anyhow::Result<Answer> {
    let helper = Helper::read(&args.partner)?;
    let evidence = args.evidence.as_deref().map(digest_of).transpose()?;
    let (endpoint, http) = (Endpoint::parse(&args.partner.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let known = find(&remote, &helper.delegation.delegation_id)?;
    let last = known.notes.iter().map(|note| note.sequence).max().unwrap_or(0);
    let mut note = AssistanceNote {
        object_type: AssistanceNote::OBJECT_TYPE.to_owned(),
        note_id: fresh("note")?,
        delegation_id: helper.delegation.delegation_id.clone(),
        delegation_digest: helper.delegation.digest(),
        partner_id: helper.delegation.partner_id.clone(),
        sequence: last.saturating_add(1),
        duty: args.duty.clone(),
        done_at: now(),
        summary: args.summary.clone(),
        evidence_sha256: evidence.map(|(digest, _)| digest),
        signature: None,
    };
    note.sign(&helper.secret, &helper.delegation.partner_id);
    let text = format!("note {} of {}: {}\n", note.sequence, id(&note.partner_id), id(&note.duty));
    let object = note.write();
    helper.deliver(&remote, &object)?;
    Ok(answer(args.partner.json, &object, text))
}
