//! `comity constitution tour`: a constitution from its founding to its first appeal, in one process.

use std::path::PathBuf;

use clap::Args;

use crate::cli::Answer;
use crate::cli::tour::{Scratch, Stages, require_empty};
use crate::senate::Senate;
use crate::tour::Progress as _;

/// Runs a constitution through everything that it is for, in this process
///
/// A cooperative with two dozen people and some machines is founded, makes its committee's key, works on missions of each
/// tier, amends its rules, hears an appeal, and takes a machine back. All keys follow from the seed: for showing and testing
/// only.
#[derive(Args, Clone, Debug)]
pub struct TourArgs {
    /// Makes all keys; the same seed gives the same records
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Export the four records to this directory, which must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
}

pub(super) fn run(args: &TourArgs) -> anyhow::Result<Answer> {
    let out = args.out.as_deref().map(|out| out.join("export"));
    if let Some(out) = &out {
        require_empty(out)?;
    }
    let scratch = Scratch::new(None)?;
    let mut progress = Stages::new(args.quiet);
    let mut senate = Senate::open(args.seed, scratch.path.clone())?;
    senate.play(&mut progress)?;
    if let Some(out) = &out {
        progress.stage("the four records are exported");
        crate::export::write(&senate.tour, out)?;
        senate.story.exported_to = Some(out.display().to_string());
    }
    Ok(Answer::done(if args.json {
        serde_json::to_string_pretty(&senate.story)? + "\n"
    } else {
        senate.story.render()
    }))
}
