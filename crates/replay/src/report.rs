//! What a verification found: each check with its result, and what the statements prove.
//!
//! Data only; how it is shown is the business of programs. Nothing here is shown as proven unless every check passed.

mod contract;
pub mod detection;
mod summary;

use comity_wire::{Digest, SovereignId, Time};

use crate::verify::History;

pub(crate) use contract::contract;
pub use contract::{ContractLine, Standing};
pub use detection::detection_ppm;
pub use summary::{AuditLine, BooksLine, Money, OrderLine, Party, ReportLine, Summary, TrustLine};
pub(crate) use summary::{Change, summarise};

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Short name, the same in every report.
    pub name: &'static str,
    /// The record's folder; `None` for what concerns the export as a whole.
    pub folder: Option<String>,
    /// What came out.
    pub outcome: Outcome,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed {
        /// What holds, in a few words.
        detail: String,
    },
    /// It does not.
    Refused {
        /// File, and line where there is one, e.g. `operator/envelopes.jsonl line 17`.
        place: String,
        /// Stable reason code.
        code: &'static str,
        /// The reason, for people.
        message: String,
    },
    /// It could not be decided, because it rests on another record that is refused.
    Skipped {
        /// On what it rests, for people.
        because: String,
    },
}

/// One record of the export, as far as it could be identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLine {
    /// Folder in the export.
    pub folder: String,
    /// Whose it is; `None` if the genesis is refused.
    pub sovereign: Option<SovereignId>,
    /// Its name, as the genesis declares it.
    pub name: String,
    /// Organisation behind it, as the genesis declares it.
    pub organisation: String,
    /// Region, as the genesis declares it.
    pub region: String,
    /// Statements, by the checkpoint.
    pub statements: u64,
    /// Root of the log, by the checkpoint.
    pub root: Option<Digest>,
    /// Hash of the parameters, by the genesis.
    pub parameters: Option<Digest>,
    /// Epochs closed.
    pub epochs: u64,
    /// Date of the last statement replayed.
    pub last: Option<Time>,
}

/// What a verification of one export found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The records, by folder.
    pub records: Vec<RecordLine>,
    /// Every check in the order in which it was made, record by record, then across records.
    pub checks: Vec<Check>,
    /// Records of one sovereign that stand side by side in this export, compared.
    pub histories: Vec<History>,
    /// What is proven; `None` unless every check passed.
    pub summary: Option<Summary>,
    /// The twelve lines of the blueprint's contract.
    pub contract: Vec<ContractLine>,
}

impl Report {
    /// Whether every check passed.
    pub fn is_valid(&self) -> bool {
        self.checks.iter().all(|check| matches!(check.outcome, Outcome::Passed { .. }))
    }

    /// Whether no line of the contract is violated.
    pub fn keeps_contract(&self) -> bool {
        self.contract.iter().all(|line| line.standing != Standing::Violated)
    }

    /// The refused checks, in order.
    pub fn refusals(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| matches!(check.outcome, Outcome::Refused { .. }))
    }
}
