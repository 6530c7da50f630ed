//! Withholding members by rule.

use super::{CaseEntry, CaseFile, Step};
use crate::objects;

objects! {
    /// Says which members are withheld, and why.
    pub struct RedactionRule {
        /// Its id.
        rule_id: String,
        /// In which steps; empty for every one.
        steps: Vec<Step> = Vec::new(),
        /// Which members; empty for every one.
        members: Vec<String> = Vec::new(),
        /// Why, for people.
        reason: String,
    }
}

impl RedactionRule {
    /// Whether it withholds that member.
    pub fn withholds(&self, step: Step, member: &str) -> bool {
        (self.steps.is_empty() || self.steps.contains(&step))
            && (self.members.is_empty() || self.members.iter().any(|name| name == member))
    }
}

impl CaseFile {
    /// The same case without the members that `rule` withholds. Hashes, chain and signatures stay as they are.
    #[must_use]
    pub fn redacted(&self, rule: &RedactionRule) -> Self {
        let entries = self.entries.iter().map(|entry| {
            let mut content = entry.content.clone();
            content.retain(|member, _| !rule.withholds(entry.step, member));
            CaseEntry { content, ..entry.clone() }
        });
        let mut redactions = self.redactions.clone();
        if !redactions.contains(rule) {
            redactions.push(rule.clone());
        }
        Self { entries: entries.collect(), redactions, ..self.clone() }
    }
}
