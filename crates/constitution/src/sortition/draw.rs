//! Ranking a pool and seating a panel from it.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, sha256_seeded, sha256_seeded_heads};

use crate::{
    limits::POOL_MAX,
    sortition::{DrawError, Share},
};

/// Somebody who may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Id, as stored; its UTF-8 bytes are hashed.
    pub id: &'a str,
    /// Region for the quotas.
    pub region: &'a str,
    /// Organisation for the quotas.
    pub organisation: &'a str,
    /// Whether a conflict rule keeps this candidate out of this chamber.
    pub is_conflicted: bool,
}

/// What a panel must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Seats to fill.
    pub seats: u32,
    /// Greatest share of one region.
    pub region_share_max: Share,
    /// Greatest share of one organisation, if there is a cap.
    pub organisation_share_max: Option<Share>,
    /// Least number of regions.
    pub regions_min: u32,
    /// Least number of organisations.
    pub organisations_min: u32,
}

impl Quotas {
    /// Greatest number of members from one region.
    pub fn region_cap(&self) -> u32 {
        self.region_share_max.of(self.seats)
    }

    /// Greatest number of members from one organisation.
    pub fn organisation_cap(&self) -> u32 {
        self.organisation_share_max.map_or(self.seats, |share| share.of(self.seats))
    }
}

/// Bits of a sort key that hold the place of its candidate; the others begin the candidate's key.
const PLACE_BITS: u32 = POOL_MAX.trailing_zeros();
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;

/// A pool in the order of the draw.
#[derive(Clone, Debug)]
pub struct Ranking<'a> {
    pool: &'a [Candidate<'a>],
    /// Per candidate the first 40 bits of its key, then its place in the pool; in order of the keys.
    order: Vec<u64>,
}

impl<'a> Ranking<'a> {
    /// Orders the pool by SHA-256(seed ‖ id). One hash per candidate and one sort of integers.
    ///
    /// # Errors
    ///
    /// [`DrawError::PoolTooLarge`] and [`DrawError::DuplicateId`].
    pub fn new(seed: &Digest, pool: &'a [Candidate<'a>]) -> Result<Self, DrawError> {
        if POOL_MAX < pool.len() {
            return Err(DrawError::PoolTooLarge { len: pool.len(), max: POOL_MAX });
        }
        let ids = pool.iter().map(|candidate| candidate.id.as_bytes());
        let mut order = sha256_seeded_heads(seed, ids);
        for (entry, place) in order.iter_mut().zip(0..) {
            *entry = *entry & !PLACE_MASK | place;
        }
        order.sort_unstable();
        let alike = |a: &u64, b: &u64| a & !PLACE_MASK == b & !PLACE_MASK;
        for run in order.chunk_by_mut(alike).filter(|run| 1 < run.len()) {
            settle(seed, pool, run)?;
        }
        Ok(Self { pool, order })
    }

    /// The candidates in the order of the draw.
    pub fn iter(&self) -> impl Iterator<Item = &'a Candidate<'a>> + '_ {
        self.order.iter().filter_map(|entry| at(self.pool, *entry))
    }

    /// Walks the ranking and seats whom the quotas allow, until all seats are taken.
    ///
    /// # Errors
    ///
    /// The first of too few members, too few regions, too few organisations.
    pub fn draw(&self, recused: &BTreeSet<&str>, quotas: &Quotas) -> Result<Panel<'a>, DrawError> {
        let (region_cap, organisation_cap) = (quotas.region_cap(), quotas.organisation_cap());
        let (mut members, mut seated) = (Vec::new(), 0);
        let (mut regions, mut organisations) = (BTreeMap::new(), BTreeMap::new());
        for candidate in self.iter() {
            if seated == quotas.seats {
                break;
            }
            let region = regions.get(candidate.region).copied().unwrap_or(0);
            let organisation = organisations.get(candidate.organisation).copied().unwrap_or(0);
            let is_full = region_cap <= region || organisation_cap <= organisation;
            if is_full || candidate.is_conflicted || recused.contains(candidate.id) {
                continue;
            }
            regions.insert(candidate.region, region + 1);
            organisations.insert(candidate.organisation, organisation + 1);
            members.push(candidate);
            seated += 1;
        }
        let panel = Panel { members, regions, organisations };
        panel.check(seated, quotas)?;
        Ok(panel)
    }
}

/// The members of a chamber, in the order in which they were drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel<'a> {
    members: Vec<&'a Candidate<'a>>,
    regions: BTreeMap<&'a str, u32>,
    organisations: BTreeMap<&'a str, u32>,
}

impl<'a> Panel<'a> {
    fn check(&self, selected: u32, quotas: &Quotas) -> Result<(), DrawError> {
        let Quotas { seats, regions_min, organisations_min, .. } = *quotas;
        let distinct = |counts: &BTreeMap<&str, u32>| u32::try_from(counts.len()).unwrap_or(seats);
        let (regions, organisations) = (distinct(&self.regions), distinct(&self.organisations));
        if selected < seats {
            return Err(DrawError::TooFewMembers { selected, seats });
        }
        if regions < regions_min {
            return Err(DrawError::TooFewRegions { got: regions, min: regions_min, selected });
        }
        if organisations < organisations_min {
            let (got, min) = (organisations, organisations_min);
            return Err(DrawError::TooFewOrganisations { got, min, selected });
        }
        Ok(())
    }

    /// Members in the order in which they were drawn.
    pub fn members(&self) -> &[&'a Candidate<'a>] {
        &self.members
    }

    /// Members per region.
    pub const fn regions(&self) -> &BTreeMap<&'a str, u32> {
        &self.regions
    }

    /// Members per organisation.
    pub const fn organisations(&self) -> &BTreeMap<&'a str, u32> {
        &self.organisations
    }

    /// SHA-256 of the ids in order of the draw, joined by line feeds.
    pub fn digest(&self) -> Digest {
        let ids: Vec<&str> = self.members.iter().map(|member| member.id).collect();
        comity_wire::sha256(ids.join("\n").as_bytes())
    }
}

fn key(seed: &Digest, candidate: &Candidate<'_>) -> Digest {
    sha256_seeded(seed, candidate.id.as_bytes())
}

/// Puts candidates whose keys begin alike, which are few, into the order of their whole keys.
fn settle(seed: &Digest, pool: &[Candidate<'_>], run: &mut [u64]) -> Result<(), DrawError> {
    let mut whole: Vec<(Digest, &str, u64)> = run
        .iter()
        .filter_map(|entry| Some((at(pool, *entry)?, *entry)))
        .map(|(candidate, entry)| (key(seed, candidate), candidate.id, entry))
        .collect();
    whole.sort_unstable();
    for (before, after) in whole.iter().zip(whole.iter().skip(1)) {
        if before.1 == after.1 {
            return Err(DrawError::DuplicateId { first: place(before.2), second: place(after.2) });
        }
    }
    for (slot, (_, _, entry)) in run.iter_mut().zip(whole) {
        *slot = entry;
    }
    Ok(())
}

fn place(entry: u64) -> usize {
    usize::try_from(entry & PLACE_MASK).unwrap_or(usize::MAX)
}

fn at<'a>(pool: &'a [Candidate<'a>], entry: u64) -> Option<&'a Candidate<'a>> {
    pool.get(place(entry))
}
