//! Verbs that add an entry.

use std::path::PathBuf;

use clap::Args;
use comity_mesh::case_file::{
    CaseFile, Claim, ClaimsContent, Content, EscalationContent, EvidenceContent, EvidenceItem,
    IdentityContent, NoticeContent, Outcome, ResponseContent, RiskCategory,
};
use comity_mesh::identity::GenesisBlock;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, canonical};
use comity_wire::sha256;

use super::{Beside, Book};
use crate::cli::Answer;
use crate::cli::mesh::args::object;
use crate::cli::mesh::local::{digest_of, fresh, named_file, public, require_absent, time};

/// Shortest time to answer that is given, in days, unless a date is.
const RESPONSE_DAYS: i64 = 14;

/// Who speaks.
#[derive(Args, Clone, Debug)]
pub struct OpenArgs {
    /// The case file; nothing may be there.
    #[command(flatten)]
    pub book: Book,
    /// Genesis of the sovereign whose operator speaks
    #[arg(long, value_name = "FILE")]
    pub genesis: PathBuf,
    /// Name of the operator, for people
    #[arg(long, value_name = "NAME")]
    pub operator: String,
    /// In what capacity
    #[arg(long, value_name = "TEXT", default_value = "operator")]
    pub capacity: String,
    /// Id of the case; made up without it
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// What there is.
#[derive(Args, Clone, Debug)]
pub struct ExhibitArgs {
    /// The case.
    #[command(flatten)]
    pub book: Book,
    /// One thing, by its id in the case; the file stays where it is; repeatable
    #[arg(long = "item", value_name = "ID=FILE", value_parser = named_file, required = true)]
    pub items: Vec<(String, PathBuf)>,
    /// What it is: document, log, image
    #[arg(long, value_name = "KIND", default_value = "document")]
    pub kind: String,
    /// When it was collected; now without it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub collected: Option<Datetime>,
    /// What it is, in words
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub description: String,
}

/// What is said.
#[derive(Args, Clone, Debug)]
pub struct ClaimArgs {
    /// The case.
    #[command(flatten)]
    pub book: Book,
    /// Id of the claim in the case
    #[arg(long, value_name = "ID")]
    pub id: String,
    /// What is said
    #[arg(long, value_name = "TEXT")]
    pub text: String,
    /// Item of the corpus that it rests on; repeatable
    #[arg(long = "exhibit", value_name = "ID", required = true)]
    pub exhibits: Vec<String>,
    /// Kind of harm: safety, privacy, security, financial, compliance, integrity, environment, other; repeatable
    #[arg(long = "risk", value_name = "KIND", value_parser = risk, required = true)]
    pub risks: Vec<RiskCategory>,
}

/// Whom one told.
#[derive(Args, Clone, Debug)]
pub struct NoticeArgs {
    /// The case.
    #[command(flatten)]
    pub book: Book,
    /// Which institution
    #[arg(long, value_name = "NAME")]
    pub institution: String,
    /// Who there is answerable
    #[arg(long, value_name = "NAME")]
    pub addressee: String,
    /// By which way it was sent
    #[arg(long, value_name = "WAY")]
    pub channel: String,
    /// The notice as it was sent
    #[arg(long, value_name = "FILE")]
    pub notice: PathBuf,
    /// Claim that it makes; repeatable
    #[arg(long = "claim", value_name = "ID", required = true)]
    pub claims: Vec<String>,
    /// Until when it may answer; 14 days from now without it, and no less than one
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub respond_by: Option<Datetime>,
}

/// What came back.
#[derive(Args, Clone, Debug)]
pub struct ResponseArgs {
    /// The case.
    #[command(flatten)]
    pub book: Book,
    /// How it answered; a wrong word lists what there is
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    pub outcome: Outcome,
    /// The answer as it was received; silence has none
    #[arg(long, value_name = "FILE")]
    pub answer: Option<PathBuf>,
    /// What it says, in words
    #[arg(long, value_name = "TEXT")]
    pub summary: String,
}

/// What is ready, and for whom.
#[derive(Args, Clone, Debug)]
pub struct EscalateArgs {
    /// The case.
    #[command(flatten)]
    pub book: Book,
    /// Which authority is next
    #[arg(long, value_name = "NAME")]
    pub authority: String,
    /// The package that it would get
    #[arg(long, value_name = "FILE")]
    pub package: PathBuf,
    /// Why it is its turn
    #[arg(long, value_name = "TEXT")]
    pub grounds: String,
}

fn risk(text: &str) -> Result<RiskCategory, String> {
    let names: Vec<&str> = RiskCategory::ALL.iter().map(|risk| risk.as_str()).collect();
    let known = RiskCategory::ALL.iter().copied().find(|risk| risk.as_str() == text);
    known.ok_or_else(|| format!("one of {}", names.join(", ")))
}

fn outcome(text: &str) -> Result<Outcome, String> {
    let names: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
    let known = Outcome::ALL.iter().copied().find(|outcome| outcome.as_str() == text);
    known.ok_or_else(|| format!("one of {}", names.join(", ")))
}

pub(super) fn open(args: &OpenArgs) -> anyhow::Result<Answer> {
    require_absent(&args.book.file)?;
    let genesis: GenesisBlock = object(&args.genesis, "genesis")?;
    let content = IdentityContent {
        operator: args.operator.clone(),
        public_key: public(&args.book.pen.secret()?),
        genesis_sha256: sha256(&canonical(&genesis.write())),
        capacity: args.capacity.clone(),
    };
    let case_id = args.id.clone().map_or_else(|| fresh("case"), Ok)?;
    let case = CaseFile::new(&case_id, &genesis.network_name);
    args.book.add(case, Content::Identity(content), Beside::default())
}

pub(super) fn exhibit(args: &ExhibitArgs) -> anyhow::Result<Answer> {
    let collected_at = args.collected.unwrap_or_else(|| args.book.clock.time());
    let item = |(id, path): &(String, PathBuf)| {
        let (sha256, bytes) = digest_of(path)?;
        anyhow::Ok(EvidenceItem {
            evidence_id: id.clone(),
            kind: args.kind.clone(),
            sha256,
            bytes,
            collected_at,
            description: args.description.clone(),
        })
    };
    let items = args.items.iter().map(item).collect::<anyhow::Result<_>>()?;
    let content = Content::Evidence(EvidenceContent { items });
    args.book.add(args.book.case()?, content, Beside::default())
}

pub(super) fn claim(args: &ClaimArgs) -> anyhow::Result<Answer> {
    let claim = Claim {
        claim_id: args.id.clone(),
        text: args.text.clone(),
        exhibits: args.exhibits.clone(),
        risk_categories: args.risks.clone(),
    };
    let content = Content::Claims(ClaimsContent { claims: vec![claim] });
    args.book.add(args.book.case()?, content, Beside::default())
}

pub(super) fn notice(args: &NoticeArgs) -> anyhow::Result<Answer> {
    let content = NoticeContent {
        institution: args.institution.clone(),
        addressee: args.addressee.clone(),
        channel: args.channel.clone(),
        notice_sha256: digest_of(&args.notice)?.0,
        claims: args.claims.clone(),
    };
    let by = args.respond_by.unwrap_or_else(|| args.book.clock.time().plus(RESPONSE_DAYS * 86_400));
    let beside = Beside { respond_by: Some(by), ..Beside::default() };
    args.book.add(args.book.case()?, Content::Notice(content), beside)
}

pub(super) fn response(args: &ResponseArgs) -> anyhow::Result<Answer> {
    let answer = args.answer.as_deref().map(digest_of).transpose()?;
    let content = ResponseContent {
        response_sha256: answer.map(|(digest, _)| digest),
        summary: args.summary.clone(),
    };
    let beside = Beside { outcome: Some(args.outcome), ..Beside::default() };
    args.book.add(args.book.case()?, Content::Response(content), beside)
}

pub(super) fn escalate(args: &EscalateArgs) -> anyhow::Result<Answer> {
    let content = EscalationContent {
        authority: args.authority.clone(),
        package_sha256: digest_of(&args.package)?.0,
        grounds: args.grounds.clone(),
    };
    args.book.add(args.book.case()?, Content::Escalation(content), Beside::default())
}
