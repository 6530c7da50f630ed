//! Verbs that read a case: show, verify, export.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_mesh::case_file::{CaseFile, RedactionRule, Step};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical};

use super::{described, told};
use crate::cli::Answer;
use crate::cli::mesh::args::{document, object, write};
use crate::cli::mesh::local::{Clock, public_key, require_absent};
use crate::cli::mesh::refused::ObjectError;
use crate::cli::mesh::show::{id, pretty};
use crate::fail::Exit;

/// Which case.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The case file
    pub file: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which case, and whose.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The case file, whole or redacted
    pub file: PathBuf,
    /// Key of the operator, base64; repeatable
    #[arg(long = "public-key", value_name = "KEY", value_parser = public_key, required = true)]
    pub public_keys: Vec<MeshKey>,
    /// Hash of the last entry that somebody wrote down before
    #[arg(long, value_name = "SHA256")]
    pub head: Option<String>,
    /// The time of the question.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which case, and what is withheld.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// The case file
    pub file: PathBuf,
    /// Where the copy is written to; nothing may be there
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Member that is withheld, or STEP.* for all of a step; repeatable
    #[arg(long = "withhold", value_name = "STEP.MEMBER", value_parser = withheld)]
    pub withhold: Vec<(Step, Option<String>)>,
    /// Why, in words that readers see
    #[arg(long, value_name = "TEXT", default_value = "not for this reader")]
    pub reason: String,
    /// A list of rules, each with id, steps, members and reason
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

fn withheld(text: &str) -> Result<(Step, Option<String>), String> {
    let names: Vec<&str> = Step::ALL.iter().map(|step| step.as_str()).collect();
    let wrong = || format!("STEP.MEMBER or STEP.*, the step one of {}", names.join(", "));
    let (step, member) = text.split_once('.').ok_or_else(wrong)?;
    let step = Step::ALL.iter().copied().find(|it| it.as_str() == step).ok_or_else(wrong)?;
    match member {
        "" => Err(wrong()),
        "*" => Ok((step, None)),
        name => Ok((step, Some(name.to_owned()))),
    }
}

pub(super) fn show(args: &ShowArgs) -> anyhow::Result<Answer> {
    let case: CaseFile = object(&args.file, "case_file")?;
    if args.json {
        return Ok(Answer::done(pretty(&case.write())));
    }
    let mut text =
        format!("case {} of {}, not judged\n", id(&case.case_id), id(&case.sovereign_id));
    // Writing to a string cannot fail.
    for entry in &case.entries {
        let _ = writeln!(text, "{} {}  {}", entry.sequence, entry.step, entry.issued_at);
        for (name, opened) in &entry.content {
            let shown = match opened.value.as_str() {
                Some(word) => id(word),
                None => id(&String::from_utf8_lossy(&canonical(&opened.value))),
            };
            let _ = writeln!(text, "  {:<16}  {shown}", id(name));
        }
        for name in entry.withheld() {
            let _ = writeln!(text, "  {:<16}  withheld", id(name));
        }
        if let Some(by) = entry.respond_by {
            let _ = writeln!(text, "  {:<16}  {by}", "answer by");
        }
        if let Some(outcome) = entry.outcome {
            let _ = writeln!(text, "  {:<16}  {outcome}", "answer");
        }
    }
    for rule in &case.redactions {
        let _ = writeln!(text, "rule {}: {}", id(&rule.rule_id), id(&rule.reason));
    }
    Ok(Answer::done(text))
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let case: CaseFile = object(&args.file, "case_file")?;
    let judged = case.verify(&args.public_keys, args.clock.time());
    let judged = judged.map_err(|fault| (fault.sequence, fault.reason.as_str()));
    let judged = judged.and_then(|standing| {
        let is_it = args.head.as_ref().is_none_or(|head| *head == standing.head.to_string());
        if is_it { Ok(standing) } else { Err((standing.entry_count as u64, "other_head")) }
    });
    match judged {
        Ok(standing) if args.json => {
            let mut document = described(&case, &standing);
            if let Value::Map(members) = &mut document {
                members.insert("valid".to_owned(), Value::from(true));
            }
            Ok(Answer::done(pretty(&document)))
        }
        Ok(standing) => Ok(Answer::done(format!("holds\n{}", told(&case, &standing)))),
        Err((sequence, reason)) => {
            let document = Value::from([
                ("reason", Value::from(reason)),
                ("sequence", Value::from(sequence)),
                ("valid", Value::from(false)),
            ]);
            let text = format!("does not hold: entry {sequence}, {reason}\n");
            let text = if args.json { pretty(&document) } else { text };
            Ok(Answer { text, exit: Exit::Refused })
        }
    }
}

pub(super) fn export(args: &ExportArgs) -> anyhow::Result<Answer> {
    require_absent(&args.out)?;
    let case: CaseFile = object(&args.file, "case_file")?;
    let mut rules: Vec<RedactionRule> = match &args.rules {
        None => Vec::new(),
        Some(path) => Vec::read(&document(path)?)?,
    };
    rules.extend(args.withhold.iter().map(|(step, member)| RedactionRule {
        rule_id: format!("{step}.{}", member.as_deref().unwrap_or("*")),
        steps: vec![*step],
        members: member.iter().cloned().collect(),
        reason: args.reason.clone(),
    }));
    let names = |rule: &RedactionRule| {
        let all = case.entries.iter();
        all.flat_map(|entry| entry.sealed.keys().map(|name| (entry.step, name)))
            .any(|(step, name)| rule.withholds(step, name))
    };
    // A rule that withholds nothing is a mistake that a reader would not see.
    if let Some(rule) = rules.iter().find(|rule| !names(rule)) {
        let reason = format!("the rule {} withholds nothing", id(&rule.rule_id));
        return Err(ObjectError::Refused { what: "the export", reason }.into());
    }
    let redacted = rules.iter().fold(case, |case, rule| case.redacted(rule));
    write(&args.out, &redacted.write())?;
    let count: usize = redacted.entries.iter().map(|entry| entry.withheld().count()).sum();
    let head = redacted.head();
    if args.json {
        let document = Value::from([
            ("case_id", Value::from(redacted.case_id.as_str())),
            ("head", head.write()),
            ("withheld_count", Value::from(count as u64)),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    let head = head.map_or_else(|| "none".to_owned(), |head| head.to_string());
    let out = args.out.display();
    Ok(Answer::done(format!("{count} members withheld\n  head  {head}\nwritten to {out}\n")))
}
