//! The clerk's work, the committee, words for what is held, and any other fact.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use comity_commitment::{CommitmentFact, CommitteePlanned, KeyBase};
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_node::{By, Command, Fact};
use comity_sign::Claim;
use comity_trust::{Endorsed, TrustFact};
use comity_wire::private::RawValue;
use comity_wire::{Statement, WireError, jcs, json};

use super::speak::{About, finish, lines, open_as, somebody, to_json};
use crate::cli::Answer;
use crate::cli::shared::Speaker;
use crate::fail::{ActError, one_line};
use crate::home::session::{Request, Session, Submitted};
use crate::home::{file, rules};
use crate::limits::FACT_BYTES_MAX;

/// Do what is due: the clerk's work, and that of the members of the committee who are named
///
/// Closes epochs, publishes beacons, draws and counts chambers and panels, certifies. Run it once in an epoch at least.
#[derive(Args, Clone, Debug)]
pub struct ClerkArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// A member of the committee whose key the home holds; repeatable
    #[arg(long = "as", value_name = "NAME")]
    names: Vec<String>,
}

/// Take statements into the record that its people have signed elsewhere, all of them or none
///
/// They must be dated after everything that the record holds: submit them before the clerk does anything else.
#[derive(Args, Clone, Debug)]
pub struct SubmitArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// Signed statements
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A charter or parameter file that one of them proposes; repeatable
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
}

/// The threshold committee.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Committee {
    Offer(OfferArgs),
    Plan(PlanArgs),
}

/// Offer the key of a person for the committee
#[derive(Args, Clone, Debug)]
pub struct OfferArgs {
    #[command(flatten)]
    speaker: Speaker,
    /// The person, whose key the home holds
    #[arg(long = "as", value_name = "NAME")]
    name: String,
}

/// Begin the ceremony of the next key, as the authority
#[derive(Args, Clone, Debug)]
pub struct PlanArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// A member who has offered a key, by name or key, in the order of the shares; repeatable
    #[arg(long = "member", value_name = "NAME|KEY", required = true)]
    members: Vec<String>,
    /// New shares of the key before, instead of a new key
    #[arg(long)]
    anew: bool,
}

/// Vouch for a held gain of trust, a measured benchmark or an allegation, as a person
#[derive(Args, Clone, Debug)]
pub struct EndorseArgs {
    #[command(flatten)]
    pub(super) about: About,
}

/// State any other fact of the constitution, of appeals, of the committee or of trust
///
/// The kinds and their members are in the book, under Constitution, Committee, Commitments and anchors, Appeals and Trust.
#[derive(Args, Clone, Debug)]
pub struct StateArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// Who states it; without a name, the authority of the record
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// The kind, e.g. `comity:constitution/leave_changed/v1`
    #[arg(value_name = "KIND")]
    kind: String,
    /// The body, as JSON
    #[arg(value_name = "FILE")]
    body: PathBuf,
}

impl Committee {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// The rules refuse, or the home cannot be used.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Offer(OfferArgs { speaker, name }) => {
                let session = open_as(speaker, std::slice::from_ref(name))?;
                let actor = session.actor(name)?;
                finish(session, speaker, "offered", Command::OfferKey { actor })
            }
            Self::Plan(args) => plan(args),
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Offer(args) => args.speaker.json,
            Self::Plan(args) => args.speaker.json,
        }
    }
}

pub(super) fn submit(args: &SubmitArgs) -> anyhow::Result<Answer> {
    let envelopes = args.files.iter().map(|path| {
        let bytes = file::read(path, FACT_BYTES_MAX)?;
        let claim = Claim::<Statement>::decode(&bytes);
        let claim = claim.with_context(|| format!("read {}", path.display()))?;
        Ok((claim.claimed().at, bytes))
    });
    let mut envelopes = envelopes.collect::<anyhow::Result<Vec<_>>>()?;
    envelopes.sort_by_key(|(at, _)| *at);
    let submitted = Submitted {
        envelopes: envelopes.into_iter().map(|(_, bytes)| bytes).collect(),
        rules: args.rules.iter().map(|path| rules::read(path)).collect::<anyhow::Result<_>>()?,
    };
    let request = Request { submitted: Some(&submitted), ..args.speaker.request() };
    worked(Session::open(&request)?, args.speaker.json)
}

pub(super) fn clerk(args: &ClerkArgs) -> anyhow::Result<Answer> {
    worked(open_as(&args.speaker, &args.names)?, args.speaker.json)
}

/// Makes durable what was done, and says what.
fn worked(session: Session, is_json: bool) -> anyhow::Result<Answer> {
    let stated = session.stated()?;
    let refused: Vec<_> = session.refusals().collect();
    let appended = session.commit()?;
    if is_json {
        let one = |(what, code): &(&str, &str)| serde_json::json!({ "code": code, "what": what });
        let document = serde_json::json!({
            "appended": appended,
            "refused": refused.iter().map(one).collect::<Vec<_>>(),
            "stated": to_json(&stated),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let refused = refused.iter().map(|(what, code)| format!("not now: {what}\n  {code}\n"));
    let refused: String = refused.collect();
    let done = match appended {
        0 => "nothing is due\n".to_owned(),
        _ => format!("stated\n{}", lines(&stated)),
    };
    Ok(Answer::done(done + &refused))
}

fn plan(args: &PlanArgs) -> anyhow::Result<Answer> {
    let session = Session::open(&args.speaker.request())?;
    let (world, id) = (session.world(), session.id());
    let last = world.record(id).and_then(|view| view.committee().terms().last());
    let key_epoch = last.map_or(0, |term| term.key.epoch().0) + 1;
    let wanted = world.rules_of(id)?.parameters.commitment().committee_t;
    // No committee has more than 255 members; the rules name what else is wrong.
    let threshold = u16::try_from(wanted).unwrap_or(u16::MAX);
    let members = args.members.iter().map(|given| somebody(session.world(), id, given));
    let members = members.collect::<anyhow::Result<_>>()?;
    let base = if args.anew { KeyBase::Anew } else { KeyBase::Fresh };
    let fact = CommitmentFact::from(CommitteePlanned { base, key_epoch, members, threshold });
    finish(session, &args.speaker, "planned", Command::act(By::Authority, fact))
}

pub(super) fn endorse(EndorseArgs { about }: &EndorseArgs) -> anyhow::Result<Answer> {
    about.voice.say("endorsed", TrustFact::from(Endorsed { about: about.id }))
}

pub(super) fn state(args: &StateArgs) -> anyhow::Result<Answer> {
    let fact = fact(&args.kind, &file::read(&args.body, FACT_BYTES_MAX)?)?;
    let session = open_as(&args.speaker, args.name.as_slice())?;
    let by = match &args.name {
        None => By::Authority,
        Some(name) => By::Actor(session.actor(name)?),
    };
    finish(session, &args.speaker, "stated", Command::act(by, fact))
}

/// A fact of one of the four rooms, from its kind and its body.
fn fact(kind: &str, bytes: &[u8]) -> anyhow::Result<Fact> {
    let kind: String = one_line(kind).chars().take(96).collect();
    let wrong = |error: &dyn std::error::Error| {
        let message = one_line(&error.to_string()).chars().take(96).collect();
        ActError::Body { kind: kind.clone(), message }
    };
    let canonical = jcs::to_vec(&json::parse(bytes)?).map_err(|error| wrong(&error))?;
    let canonical = String::from_utf8(canonical).map_err(|error| wrong(&error))?;
    let body = RawValue::from_string(canonical).map_err(|error| wrong(&error))?;
    let found = decode(&kind, &body).map_err(|error| wrong(&error))?;
    Ok(found.ok_or(ActError::Kind { kind })?)
}

fn decode(kind: &str, body: &RawValue) -> Result<Option<Fact>, WireError> {
    let constitution = ConstitutionFact::decode(kind, body)?.map(Fact::from);
    let appeal = AppealFact::decode(kind, body)?.map(Fact::from);
    let commitment = CommitmentFact::decode(kind, body)?.map(Fact::from);
    let trust = TrustFact::decode(kind, body)?.map(Fact::from);
    Ok(constitution.or(appeal).or(commitment).or(trust))
}
