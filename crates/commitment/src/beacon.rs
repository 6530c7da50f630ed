//! Commit-reveal randomness for one attempt at one order, and what is drawn from it.
//!
//! ```text
//!  commit_digest  SHA-256("comity-beacon-commit/v1" 0x00 ‖ order[32] ‖ attempt u64 BE ‖ value[32])
//!  value          SHA-256("comity-beacon/v1" 0x00 ‖ the values, sorted by contributor id)
//!  rank           SHA-256("comity-rank/v1" 0x00 ‖ beacon[32] ‖ tag length u64 BE ‖ tag ‖ id)
//!  draw           numbers from the stream SHA-256("comity-draw/v1" 0x00 ‖ beacon[32]
//!                     ‖ tag length u64 BE ‖ tag ‖ block number u64 BE), eight bytes big-endian each
//! ```
//!
//! The order of events is what makes it fair: every contributor commits; the evidence is committed
//! citing those commitments, which *seals* the round; then values are shown. Nobody could choose
//! the evidence for the beacon, nor a value for the evidence.
//!
//! # What it does not give
//!
//! The last to reveal sees the value first and may withhold. That is visible ([`Round::missing`])
//! and costs an attempt, but it is a choice among outcomes; the threshold beacon replaces this one
//! where it matters. If all contributors collude, the value is theirs.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, SovereignId, StatementId, sha256_concat};

use crate::{
    error::BeaconError,
    facts::{BeaconCommitted, BeaconRevealed},
};

/// Most contributors of a round: as many as one statement may cite.
pub const CONTRIBUTORS_MAX: usize = 32;
/// Most draws at once; bounds memory and time, far above any audit or panel.
pub const DRAWS_MAX: u64 = 65_536;

/// What a contributor commits to before anybody knows its value.
pub fn commit_digest(order: StatementId, attempt: u64, value: &Digest) -> Digest {
    sha256_concat(&[
        b"comity-beacon-commit/v1\0",
        order.digest().as_bytes(),
        &attempt.to_be_bytes(),
        value.as_bytes(),
    ])
}

/// One attempt's round: first commitments, then the seal, then values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    order: StatementId,
    attempt: u64,
    contributors: BTreeSet<SovereignId>,
    commits: BTreeMap<SovereignId, (StatementId, Digest)>,
    is_sealed: bool,
    values: BTreeMap<SovereignId, Digest>,
}

impl Round {
    /// Opens a round. Naming a contributor twice counts once.
    ///
    /// # Errors
    ///
    /// [`BeaconError::Contributors`] if there are none or too many.
    pub fn new(
        order: StatementId,
        attempt: u64,
        contributors: impl IntoIterator<Item = SovereignId>,
    ) -> Result<Self, BeaconError> {
        let contributors: BTreeSet<_> =
            contributors.into_iter().take(CONTRIBUTORS_MAX + 1).collect();
        let count = contributors.len();
        if count == 0 || CONTRIBUTORS_MAX < count {
            return Err(BeaconError::Contributors { count, max: CONTRIBUTORS_MAX });
        }
        let (commits, values) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { order, attempt, contributors, commits, is_sealed: false, values })
    }

    /// Takes the commitment `statement` of the sovereign in whose record it stands.
    ///
    /// # Errors
    ///
    /// Another round, not a contributor, late, or a second one.
    pub fn commit(
        &mut self,
        by: SovereignId,
        statement: StatementId,
        fact: &BeaconCommitted,
    ) -> Result<(), BeaconError> {
        self.belongs(by, fact.order, fact.attempt)?;
        if self.commits.contains_key(&by) {
            return Err(BeaconError::SecondCommit { by });
        }
        if self.is_sealed {
            return Err(BeaconError::LateCommit { by });
        }
        self.commits.insert(by, (statement, fact.digest));
        Ok(())
    }

    /// Closes the round for commitments, because evidence was committed that cites them all.
    ///
    /// # Errors
    ///
    /// [`BeaconError::AlreadySealed`], [`BeaconError::MissingCommit`], or
    /// [`BeaconError::CitesDiffer`] if `cites` is not exactly the set of commitments.
    pub fn seal(&mut self, cites: &[StatementId]) -> Result<(), BeaconError> {
        if self.is_sealed {
            return Err(BeaconError::AlreadySealed);
        }
        if let Some(by) = self.contributors.iter().find(|by| !self.commits.contains_key(by)) {
            return Err(BeaconError::MissingCommit { by: *by });
        }
        let cited: BTreeSet<_> = cites.iter().copied().collect();
        let made: BTreeSet<_> = self.commits.values().map(|(statement, _)| *statement).collect();
        if cited != made {
            return Err(BeaconError::CitesDiffer { cited: cited.len(), expected: made.len() });
        }
        self.is_sealed = true;
        Ok(())
    }

    /// Takes the value of the sovereign in whose record the reveal stands.
    ///
    /// # Errors
    ///
    /// Another round, not a contributor, before the seal, a second one, another's commitment, or a
    /// value that was not committed to.
    pub fn reveal(&mut self, by: SovereignId, fact: &BeaconRevealed) -> Result<(), BeaconError> {
        self.belongs(by, fact.order, fact.attempt)?;
        let Some((statement, committed)) = self.commits.get(&by).copied() else {
            return Err(BeaconError::MissingCommit { by });
        };
        if !self.is_sealed {
            return Err(BeaconError::EarlyReveal { by });
        }
        if self.values.contains_key(&by) {
            return Err(BeaconError::SecondReveal { by });
        }
        if fact.commit != statement {
            return Err(BeaconError::OtherCommit { by, got: fact.commit, expected: statement });
        }
        let revealed = commit_digest(self.order, self.attempt, &fact.value);
        if revealed != committed {
            return Err(BeaconError::WrongValue { by, committed, revealed });
        }
        self.values.insert(by, fact.value);
        Ok(())
    }

    /// The beacon's value, once every contributor has revealed.
    pub fn value(&self) -> Option<Digest> {
        (self.values.len() == self.contributors.len()).then(|| combine(&self.values))
    }

    /// True once evidence has been committed.
    pub const fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// Contributors who have not revealed, in byte order.
    pub fn missing(&self) -> impl Iterator<Item = SovereignId> {
        self.contributors.iter().filter(|by| !self.values.contains_key(by)).copied()
    }

    /// The commitment statements so far, in byte order of the contributor: what evidence cites.
    pub fn commits(&self) -> impl Iterator<Item = StatementId> {
        self.commits.values().map(|(statement, _)| *statement)
    }

    fn belongs(
        &self,
        by: SovereignId,
        order: StatementId,
        attempt: u64,
    ) -> Result<(), BeaconError> {
        if (order, attempt) != (self.order, self.attempt) {
            return Err(BeaconError::OtherRound { order, attempt });
        }
        if !self.contributors.contains(&by) {
            return Err(BeaconError::NotContributor { by });
        }
        Ok(())
    }
}

/// The beacon's value from every contributor's.
pub fn combine(values: &BTreeMap<SovereignId, Digest>) -> Digest {
    let mut parts: Vec<&[u8]> = vec![b"comity-beacon/v1\0"];
    parts.extend(values.values().map(|value| value.as_bytes().as_slice()));
    sha256_concat(&parts)
}

/// A place for `id` in a random order; sort by it. `tag` keeps uses apart.
pub fn rank(beacon: &Digest, tag: &str, id: &[u8]) -> Digest {
    let length = tag_length(tag);
    sha256_concat(&[b"comity-rank/v1\0", beacon.as_bytes(), &length, tag.as_bytes(), id])
}

/// `count` distinct numbers below `population`, in the order drawn; every ordered choice is
/// equally likely. `tag` keeps uses apart.
///
/// A Fisher-Yates shuffle of which only the touched places are kept: `O(count)` hashes.
///
/// # Errors
///
/// [`BeaconError::DrawTooLarge`] if there are not that many, or `count` is above [`DRAWS_MAX`].
pub fn draw(
    beacon: &Digest,
    tag: &str,
    population: u64,
    count: u64,
) -> Result<Vec<u64>, BeaconError> {
    if population < count || DRAWS_MAX < count {
        return Err(BeaconError::DrawTooLarge { count, population, max: DRAWS_MAX });
    }
    let mut numbers = Numbers::new(beacon, tag);
    let mut moved: BTreeMap<u64, u64> = BTreeMap::new();
    let drawn = (0..count).map(|place| {
        let picked = place + numbers.below(population - place);
        let here = moved.get(&place).copied().unwrap_or(place);
        moved.insert(picked, here).unwrap_or(picked)
    });
    Ok(drawn.collect())
}

fn tag_length(tag: &str) -> [u8; 8] {
    // A length in memory always fits into 64 bits.
    u64::try_from(tag.len()).unwrap_or(u64::MAX).to_be_bytes()
}

/// The stream of 64-bit numbers behind [`draw`].
struct Numbers<'a> {
    beacon: &'a Digest,
    tag: &'a str,
    block: u64,
    /// Unread numbers of the current block, last one first.
    ready: Vec<u64>,
}

impl<'a> Numbers<'a> {
    const fn new(beacon: &'a Digest, tag: &'a str) -> Self {
        Self { beacon, tag, block: 0, ready: Vec::new() }
    }

    fn next(&mut self) -> u64 {
        loop {
            if let Some(number) = self.ready.pop() {
                return number;
            }
            let bytes = sha256_concat(&[
                b"comity-draw/v1\0",
                self.beacon.as_bytes(),
                &tag_length(self.tag),
                self.tag.as_bytes(),
                &self.block.to_be_bytes(),
            ]);
            self.block += 1;
            let (numbers, _) = bytes.as_bytes().as_chunks::<8>();
            self.ready.extend(numbers.iter().rev().map(|bytes| u64::from_be_bytes(*bytes)));
        }
    }

    /// A number below `bound`, which is positive. Numbers in the incomplete last stretch of the
    /// range are passed over, so that no remainder is favoured.
    fn below(&mut self, bound: u64) -> u64 {
        let stretch_end = u64::MAX - (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.next();
            if number <= stretch_end {
                return number % bound;
            }
        }
    }
}
