//! What a check found.

use std::fmt;

/// Whether a finding decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A rule does not hold.
    Violation,
    /// Sources disagree, or something is declared unfinished; the file stands.
    Warning,
}

impl Severity {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Warning => "warning",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it decides.
    pub severity: Severity,
    /// Where, for example `params/commitment_committee/t`.
    pub path: String,
    /// What is wrong, in words.
    pub what: String,
    /// Where the rule comes from.
    pub source: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// Everything that was found, in the order of the files, then of the relations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Whether every rule holds.
    pub fn holds(&self) -> bool {
        self.violations().next().is_none()
    }

    /// Every finding.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The rules that do not hold.
    pub fn violations(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Violation)
    }

    /// What does not decide.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Warning)
    }

    /// Adds what another check found.
    pub fn append(&mut self, other: Self) {
        self.findings.extend(other.findings);
    }

    /// Adds a rule that does not hold.
    pub fn violation(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        source: &'static str,
    ) {
        let (path, what) = (path.into(), what.into());
        self.findings.push(Finding { severity: Severity::Violation, path, what, source });
    }

    /// Adds what does not decide.
    pub fn warning(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        source: &'static str,
    ) {
        let (path, what) = (path.into(), what.into());
        self.findings.push(Finding { severity: Severity::Warning, path, what, source });
    }
}
