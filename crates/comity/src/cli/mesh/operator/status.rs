//! `comity mesh operator status`: one word for an operator, with what led to it.

use std::fmt::Write as _;

use clap::Args;
use comity_client::operators::Life;
use comity_client::review::Identity;
use comity_client::{Endpoint, Http};
use comity_mesh::continuity::{Continuity, ContinuityStatus, DutyStanding, DutyState, standings};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use crate::cli::Answer;
use crate::cli::mesh::args::remote;
use crate::cli::mesh::local::{Clock, public_key};
use crate::cli::mesh::show::{id, pretty};
use crate::fail::Exit;

/// Whose.
#[derive(Args, Clone, Debug)]
pub struct StatusArgs {
    /// The operator's authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Key of the operator that came another way; without it the authority's roster says; repeatable
    #[arg(long = "operator-key", value_name = "KEY", value_parser = public_key)]
    pub operator_keys: Vec<MeshKey>,
    /// Root key that the sovereign must have
    #[arg(long, value_name = "KEY")]
    pub root: Option<String>,
    /// The time of the question.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Asks, verifies, computes.
///
/// # Errors
///
/// The authority cannot be asked, or its papers do not hold.
pub fn run(args: &StatusArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), args.clock.time());
    let identity = Identity::read(&remote, args.root.as_deref(), at)?;
    let keys = Some(args.operator_keys.clone()).filter(|keys| !keys.is_empty());
    let life = Life::read(&remote, &identity, keys, at)?;
    let continuity = life.assess(at);
    let duties = standings(life.latest(&continuity), at);
    let is_stale = continuity.status == ContinuityStatus::Stale;
    let exit = if is_stale { Exit::Refused } else { Exit::Done };
    let text = if args.json {
        pretty(&described(&life, &continuity, &duties))
    } else {
        text(&life, &continuity, &duties)
    };
    Ok(Answer { text, exit })
}

fn described(life: &Life, continuity: &Continuity, duties: &[DutyStanding]) -> Value {
    let (issued, refused) = match &life.feed {
        Ok(issued) => (issued.write(), Value::Null),
        Err(error) => (Value::Null, Value::from(error.code())),
    };
    let says = life.published.continuity.get("status").cloned().unwrap_or(Value::Null);
    Value::from([
        ("authority_says", says),
        ("continuity", continuity.write()),
        ("duties", duties.to_vec().write()),
        ("feed_issued_at", issued),
        ("feed_refused", refused),
    ])
}

fn text(life: &Life, continuity: &Continuity, duties: &[DutyStanding]) -> String {
    let mut text = format!(
        "{}: {}, at {}\n",
        id(&continuity.sovereign_id),
        continuity.status,
        continuity.assessed_at
    );
    // Writing to a string cannot fail.
    let _ = match life.latest(continuity) {
        Some(latest) => {
            writeln!(text, "  heartbeat         {}, signed {}", latest.sequence, latest.issued_at)
        }
        None => writeln!(text, "  heartbeat         none that counts"),
    };
    let _ = match &life.feed {
        Ok(issued) => writeln!(text, "  feed              issued {issued}"),
        Err(error) => writeln!(text, "  feed              none: {}", error.code()),
    };
    if let Some(until) = continuity.offline_until {
        let _ = writeln!(text, "  away              until {until}");
    }
    for standing in duties {
        let state = match standing.state {
            DutyState::InTime => "in time",
            DutyState::Late => "late",
            DutyState::Stale => "stale",
            DutyState::Never => "never done",
        };
        let times = match (standing.done_at, standing.due_at) {
            (Some(done), Some(due)) => format!("done {done}, due {due}"),
            _ => "due now".to_owned(),
        };
        let _ = writeln!(text, "  {:<16}  {state}: {times}", standing.duty.as_str());
    }
    for finding in &continuity.findings {
        let about = if finding.about.is_empty() {
            String::new()
        } else {
            format!(" {}", id(&finding.about))
        };
        let _ = writeln!(text, "  found {}{about}: {}", finding.code, finding.level);
    }
    let says = life.published.continuity.get("status").and_then(Value::as_str);
    if let Some(says) = says.filter(|says| *says != continuity.status.as_str()) {
        let _ = writeln!(text, "  the authority itself says {}", id(says));
    }
    text
}
