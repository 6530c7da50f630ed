//! What is told at the end: chapters of short lines, eighty columns, no colour.

use std::collections::BTreeMap;

use comity_constitution::Nano;
use comity_sign::Claim;
use comity_wire::{Statement, StatementId};
use serde::Serialize;

use crate::summary::page::{heading, line, short, wrapped};
use crate::tour::Tour;

/// One part of the story.
#[derive(Clone, Debug, Serialize)]
pub struct Chapter {
    /// What it is about.
    pub title: String,
    /// What happened, in order.
    pub lines: Vec<String>,
}

/// Everything that is told.
#[derive(Clone, Debug, Serialize)]
pub struct Story {
    /// The seed of all keys.
    pub seed: u64,
    /// What happened.
    pub chapters: Vec<Chapter>,
    /// How many statements of each kind all records hold.
    pub kinds: BTreeMap<String, u64>,
    /// What a reader must not conclude.
    pub does_not_prove: Vec<String>,
    /// Where the export is.
    pub exported_to: Option<String>,
}

impl Story {
    /// Nothing has happened.
    pub(super) fn new(seed: u64) -> Self {
        let does_not_prove = [
            "All keys follow from the seed, and one process plays everybody: nobody here is independent of anybody.",
            "Anchors are on the embedded stand-in for a chain, which nobody else keeps.",
            "The plant is simulated, and so are the people: whoever votes, vouches or judges is this program.",
        ];
        Self {
            seed,
            chapters: Vec::new(),
            kinds: BTreeMap::new(),
            does_not_prove: does_not_prove.map(str::to_owned).into(),
            exported_to: None,
        }
    }

    /// A chapter begins.
    pub(super) fn chapter(&mut self, title: &str) {
        self.chapters.push(Chapter { title: title.to_owned(), lines: Vec::new() });
    }

    /// Something happened.
    pub(super) fn tell(&mut self, text: impl Into<String>) {
        if let Some(chapter) = self.chapters.last_mut() {
            chapter.lines.push(text.into());
        }
    }

    /// Counts what the records hold.
    pub(super) fn count(&mut self, tour: &Tour) -> anyhow::Result<()> {
        self.kinds.clear();
        for (_, citizen) in tour.town.citizens() {
            for bytes in citizen.node.envelopes() {
                let claim = Claim::<Statement>::decode(bytes)?;
                *self.kinds.entry(claim.claimed().kind.clone()).or_default() += 1;
            }
        }
        Ok(())
    }

    /// How many statements of a kind there are, by what stands between `comity:` and the version.
    pub(super) fn of_kind(&self, name: &str) -> u64 {
        self.kinds.get(&format!("comity:{name}/v1")).copied().unwrap_or(0)
    }

    /// The story as text.
    pub fn render(&self) -> String {
        let mut out = String::new();
        heading(&mut out, "A constitution, from its founding to its first appeal");
        line(&mut out, "one cooperative, three sovereigns around it, in one process (simulated)");
        line(&mut out, &format!("all keys follow from seed {}: for showing only", self.seed));
        for chapter in &self.chapters {
            heading(&mut out, &chapter.title);
            for text in &chapter.lines {
                wrapped(&mut out, "  - ", text);
            }
        }
        heading(&mut out, "What this does not prove");
        for item in &self.does_not_prove {
            wrapped(&mut out, "  - ", item);
        }
        if let Some(place) = &self.exported_to {
            heading(&mut out, "Recheck it yourself");
            line(&mut out, &format!("comity-verify --contract {place}"));
        }
        out
    }
}

/// A statement's id, short enough for a line.
pub(super) fn brief(id: StatementId) -> String {
    short(&id.to_string())
}

/// Trust with three digits, rounded down.
pub(super) fn trust(value: Nano) -> String {
    let thousandths = value.get().max(0) / 1_000_000;
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}
