//! `comity tour`: the main job, end to end, in one process.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_constitution::RiskTier;

use crate::fail::CliError;
use crate::plant::Plant;
use crate::summary::Summary;
use crate::tour::{Options, PREDICATE, Progress, Tour};

/// Runs the whole loop on four sovereigns in this process.
///
/// Without --series a plant is simulated from the seed. All keys follow from the seed: for showing and testing only.
#[derive(Args, Clone, Debug)]
pub struct TourArgs {
    /// Makes all keys and the simulated plant; the same seed gives the same records
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// A CSV file `timestamp,value`; the second half is judged
    #[arg(long, value_name = "CSV", requires = "windows")]
    pub series: Option<PathBuf>,
    /// The fault windows of that series, as JSON; the buyer keeps them
    #[arg(long, value_name = "JSON", requires = "series")]
    pub windows: Option<PathBuf>,
    /// Export the four records to this directory, which must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Risk tier of the order: R0, R1 or R2
    #[arg(long, default_value = "R1", value_parser = tier)]
    pub tier: RiskTier,
    /// How many orders to place and settle, each on a machine of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub orders: u16,
    /// Keep the stores here and go on with what they hold
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The rule that the verifier's report must satisfy
    #[arg(long, default_value = PREDICATE)]
    pub accept: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
    /// Print a line for each statement as soon as it is durable: name, index, digest
    #[arg(long)]
    pub acks: bool,
    /// No progress on standard error
    #[arg(long)]
    pub quiet: bool,
}

fn tier(text: &str) -> Result<RiskTier, String> {
    match RiskTier::parse(text) {
        Some(RiskTier::R3) => Err("R3 is for human chambers only".to_owned()),
        Some(tier) => Ok(tier),
        None => Err("one of R0, R1, R2".to_owned()),
    }
}

/// Stages on standard error, counted.
pub(super) struct Stages {
    is_quiet: bool,
    count: u32,
}

impl Stages {
    pub(super) const fn new(is_quiet: bool) -> Self {
        Self { is_quiet, count: 0 }
    }
}

impl Progress for Stages {
    fn stage(&mut self, text: &str) {
        self.count += 1;
        if !self.is_quiet {
            // A closed standard error is no reason to stop.
            let _ = writeln!(std::io::stderr(), "[{}] {text}", self.count);
        }
    }
}

/// Runs a tour and returns what it prints on standard output.
///
/// # Errors
///
/// Unusable input, a refusal that leaves the loop unfinished, or a store that cannot be written.
pub fn run(args: &TourArgs) -> anyhow::Result<String> {
    let out = args.out.as_deref();
    if let Some(out) = out {
        require_empty(out)?;
    }
    let plants = plants(args)?;
    let scratch = Scratch::new(args.state.clone())?;
    let mut progress = Stages::new(args.quiet);
    let mut tour = Tour::open(Options {
        seed: args.seed,
        tier: args.tier,
        orders: usize::from(args.orders),
        state: scratch.path.clone(),
        predicate: args.accept.clone(),
    })?;
    if args.acks {
        tour.town.on_append(|name, index, bytes| {
            let digest = comity_wire::sha256(bytes);
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "ack {name} {index} {digest}");
            let _ = out.flush();
        });
    }
    if !args.quiet {
        tour.town.on_refusal(|name, text| {
            let _ = writeln!(std::io::stderr(), "    {name} refused: {text}");
        });
    }
    // Before anything is decided: an interrupted order goes on as soon as its records have been read again.
    for (number, plant) in plants.iter().enumerate() {
        tour.install(number, plant)?;
    }
    tour.prepare(&mut progress)?;
    for (number, plant) in plants.iter().enumerate() {
        progress.stage(&format!("order {} of {}", number + 1, plants.len()));
        let id = tour.place(number, plant)?;
        tour.settle(id, &mut progress)?;
        tour.close_epoch(&mut progress)?;
    }
    tour.seal(&mut progress)?;
    let exported = match out {
        Some(out) => {
            progress.stage("the four records are exported");
            crate::export::write(&tour, out)?;
            Some(out.display().to_string())
        }
        None => None,
    };
    let plant = plants.first().context("no plant")?;
    let summary = Summary::of(&tour, plant, exported)?;
    if args.json {
        Ok(serde_json::to_string_pretty(&summary)? + "\n")
    } else {
        Ok(summary.render())
    }
}

/// One plant for each order: the series, or simulated ones from neighbouring seeds.
fn plants(args: &TourArgs) -> anyhow::Result<Vec<Plant>> {
    match (&args.series, &args.windows) {
        (Some(series), Some(windows)) => {
            let plant = Plant::read(series, windows)?;
            Ok(vec![plant; usize::from(args.orders)])
        }
        _ => Ok((0..u64::from(args.orders))
            .map(|number| Plant::simulated(args.seed.wrapping_add(number)))
            .collect()),
    }
}

/// Refuses a directory with something in it.
pub(super) fn require_empty(dir: &Path) -> anyhow::Result<()> {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(CliError::NotEmpty { path: dir.to_owned() }.into()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("read {}", dir.display())),
    }
}

/// A directory for stores that are not to be kept.
pub(super) struct Scratch {
    pub(super) path: PathBuf,
    is_kept: bool,
}

impl Scratch {
    pub(super) fn new(kept: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(path) = kept {
            return Ok(Self { path, is_kept: true });
        }
        let mut name = [0; 8];
        getrandom::fill(&mut name).context("draw a name for the scratch directory")?;
        let path =
            std::env::temp_dir().join(format!("comity-tour-{}", comity_wire::hex::encode(&name)));
        std::fs::create_dir(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self { path, is_kept: false })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
