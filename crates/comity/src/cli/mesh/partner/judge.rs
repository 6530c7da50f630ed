//! Looking at delegations: those that an authority publishes, and those in files.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_client::operators::{PARTNERS, PublishedPartners, published, roster};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http};
use comity_mesh::keys::MeshKey;
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, Engagement, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::own_keys;
use crate::cli::Answer;
use crate::cli::mesh::args::{now, object, remote};
use crate::cli::mesh::local::{Clock, public_key};
use crate::cli::mesh::show::{id, pretty};
use crate::fail::Exit;

/// Whose.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The operator's authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// One delegation
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// What is checked, and against which keys.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The delegation
    pub file: PathBuf,
    /// Root, authority or operator key of the sovereign, base64; all that are known; repeatable
    #[arg(long = "operator-key", value_name = "KEY", value_parser = public_key, required = true)]
    pub operator_keys: Vec<MeshKey>,
    /// An end of it; repeatable
    #[arg(long = "end", value_name = "FILE")]
    pub ends: Vec<PathBuf>,
    /// The partner's acceptance
    #[arg(long, value_name = "FILE")]
    pub acceptance: Option<PathBuf>,
    /// A note of the partner, which is then what is judged
    #[arg(long, value_name = "FILE")]
    pub note: Option<PathBuf>,
    /// The time of the question.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Shows delegations, judged with the operators' keys.
pub(super) fn show(args: &ShowArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, None, at)?;
    let keys = own_keys(&identity, roster(&remote, &identity, at)?.1)?;
    let mut list: PublishedPartners = published(&remote, PARTNERS, "a list of delegations")?;
    if let Some(wanted) = &args.id {
        list.partners.retain(|it| it.delegation.delegation_id == *wanted);
        if list.partners.is_empty() {
            super::find(&remote, wanted)?;
        }
    }
    if args.json {
        return Ok(Answer::done(pretty(&list.write())));
    }
    let mut text = format!("{} delegations\n", list.partners.len());
    for partner in &list.partners {
        let engagement = Engagement {
            sovereign_id: &identity.sovereign_id,
            operator_keys: &keys,
            delegation: &partner.delegation,
            ends: &partner.ends,
        };
        let standing = match (engagement.verify(at), &partner.acceptance) {
            (Err(reason), _) => reason.as_str(),
            (Ok(()), None) => "granted, not accepted",
            (Ok(()), Some(_)) => "in force",
        };
        let notes = partner.notes.iter().filter(|it| engagement.verify_note(it, at).is_ok());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}: {}, {standing}\n  until   {}\n  duties  {}\n  notes   {} that count of {}",
            id(&partner.delegation.delegation_id),
            id(&partner.delegation.partner_id),
            partner.delegation.expires_at,
            id(&partner.delegation.duties.join(", ")),
            notes.count(),
            partner.notes.len(),
        );
    }
    Ok(Answer::done(text))
}

/// Judges files.
pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let delegation: PartnerDelegation = object(&args.file, "delegation")?;
    let ends = args.ends.iter().map(|path| object::<DelegationEnd>(path, "end"));
    let ends = ends.collect::<anyhow::Result<Vec<_>>>()?;
    let note = args.note.as_deref().map(|path| object::<AssistanceNote>(path, "note"));
    let acceptance =
        args.acceptance.as_deref().map(|path| object::<PartnerAcceptance>(path, "acceptance"));
    let (note, acceptance, at) = (note.transpose()?, acceptance.transpose()?, args.clock.time());
    let engagement = Engagement {
        sovereign_id: &delegation.sovereign_id,
        operator_keys: &args.operator_keys,
        delegation: &delegation,
        ends: &ends,
    };
    let text = |reason: &dyn std::fmt::Display| reason.to_string();
    let accepted = acceptance.map_or(Ok(()), |it| engagement.verify_acceptance(&it, at));
    let judged = match &note {
        Some(note) => engagement.verify_note(note, at).map_err(|reason| text(&reason)),
        None => engagement.verify(at).map_err(|reason| text(&reason)),
    };
    let reason = judged.err().or_else(|| accepted.err().map(|it| format!("acceptance_{it}")));
    let exit = if reason.is_none() { Exit::Done } else { Exit::Refused };
    let word = reason.as_deref().unwrap_or("accepted");
    if args.json {
        let document = Value::from([
            ("delegation_id", Value::from(delegation.delegation_id.as_str())),
            ("partner_id", Value::from(delegation.partner_id.as_str())),
            ("reason", Value::from(word)),
            ("valid", Value::from(exit == Exit::Done)),
        ]);
        return Ok(Answer { text: pretty(&document), exit });
    }
    let what = if note.is_some() { "the note" } else { "the delegation" };
    let verdict = if exit == Exit::Done {
        format!("{what} counts\n")
    } else {
        format!("{what} does not count: {word}\n")
    };
    Ok(Answer { text: verdict, exit })
}
