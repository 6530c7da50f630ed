//! What one case of a conformance file said, shared by every room that can run such a file; and the
//! files about chambers.

mod fields;
mod sortition;
mod thresholds;

pub use sortition::sortition;
pub use thresholds::thresholds;

/// The outcome of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    /// The case's own name, or its place in the file.
    pub name: String,
    /// Whether this implementation gave the expected answer.
    pub passed: bool,
    /// What was expected and what came out; empty when there is nothing to add.
    pub detail: String,
}

impl CaseResult {
    /// A case that gave the expected answer.
    pub fn pass(name: impl Into<String>) -> Self {
        Self { name: name.into(), passed: true, detail: String::new() }
    }

    /// A case that did not, and why.
    pub fn fail(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { name: name.into(), passed: false, detail: detail.into() }
    }

    /// A pass when there is no complaint, else a failure listing all of them.
    pub fn from_complaints(name: impl Into<String>, complaints: &[String]) -> Self {
        Self { name: name.into(), passed: complaints.is_empty(), detail: complaints.join("; ") }
    }
}
