//! How many, and how different: the one count behind every set of reviewers.
//!
//! The set assigned, the set approving, the set that could still approve and the pool of a draw are
//! all measured by [`check`], so they cannot disagree about what "diverse enough" means.
//!
//! Source: blueprint §4.3 table; fact sheet A5 (count all four axes on both sets).

use core::fmt;
use std::collections::BTreeSet;

use comity_constitution::{MethodType, NormativeParameters, TierPolicy};
use comity_wire::KeyId;

use crate::profile::{Label, ReviewerProfile};

/// One thing that a tier demands of a set of reviewers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// Members of the set.
    Reviewers,
    /// Distinct model families.
    ModelFamilies,
    /// Distinct method types.
    MethodTypes,
    /// Distinct regions.
    Regions,
    /// Distinct organisations.
    Organisations,
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reviewers => "reviewers",
            Self::ModelFamilies => "model families",
            Self::MethodTypes => "method types",
            Self::Regions => "regions",
            Self::Organisations => "organisations",
        })
    }
}

/// What a set of reviewers lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// On which axis.
    pub axis: Axis,
    /// How many there are.
    pub have: u64,
    /// How many the tier demands.
    pub need: u64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {} needed", self.have, self.axis, self.need)
    }
}

/// The first axis, in the order of [`Axis`], on which `set` falls short of `count_min` members and
/// of the tier's four diversity minima.
///
/// Monotone: adding reviewers to a set never makes it fall short.
pub fn check<'a>(
    set: impl IntoIterator<Item = &'a ReviewerProfile>,
    count_min: u64,
    policy: &TierPolicy,
) -> Result<(), Shortfall> {
    let mut tally = Tally::default();
    set.into_iter().for_each(|reviewer| tally.add(reviewer));
    let members = Shortfall { axis: Axis::Reviewers, have: len(&tally.members), need: count_min };
    let mut axes = [members].into_iter().chain(tally.axes(policy));
    axes.find(|axis| axis.have < axis.need).map_or(Ok(()), Err)
}

/// What a panel of people must be, in the terms of a tier: all of them are of one family and one
/// method, so those axes ask for nothing.
pub fn of_people(normative: &NormativeParameters) -> TierPolicy {
    TierPolicy {
        approvals_required: normative.panel_size / 2 + 1,
        constitutional: false,
        human_final_gate: false,
        min_method_types: 1,
        min_model_families: 1,
        min_organisations: normative.panel_organisations_min,
        min_regions: normative.panel_regions_min,
        reviewers_required: normative.panel_size,
    }
}

/// The distinct values of a set of reviewers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally<'a> {
    members: BTreeSet<&'a KeyId>,
    families: BTreeSet<&'a Label>,
    methods: BTreeSet<MethodType>,
    regions: BTreeSet<&'a Label>,
    organisations: BTreeSet<&'a Label>,
}

impl<'a> Tally<'a> {
    pub(crate) fn add(&mut self, reviewer: &'a ReviewerProfile) {
        self.members.insert(reviewer.key());
        self.families.insert(reviewer.family());
        self.methods.insert(reviewer.method());
        self.regions.insert(reviewer.region());
        self.organisations.insert(reviewer.organisation());
    }

    /// Have and need on the four diversity axes, met or not.
    fn axes(&self, policy: &TierPolicy) -> [Shortfall; 4] {
        let axis = |axis, have, need| Shortfall { axis, have, need };
        [
            axis(Axis::ModelFamilies, len(&self.families), policy.min_model_families),
            axis(Axis::MethodTypes, len(&self.methods), policy.min_method_types),
            axis(Axis::Regions, len(&self.regions), policy.min_regions),
            axis(Axis::Organisations, len(&self.organisations), policy.min_organisations),
        ]
    }

    /// How many distinct values each of the four axes still lacks.
    pub(crate) fn gaps(&self, policy: &TierPolicy) -> [u64; 4] {
        self.axes(policy).map(|axis| axis.need.saturating_sub(axis.have))
    }

    /// The axes with a gap to which this reviewer would add a value: bit `n` for axis `n`.
    pub(crate) fn gain(&self, reviewer: &ReviewerProfile, policy: &TierPolicy) -> u8 {
        let adds = [
            !self.families.contains(reviewer.family()),
            !self.methods.contains(&reviewer.method()),
            !self.regions.contains(reviewer.region()),
            !self.organisations.contains(reviewer.organisation()),
        ];
        let helps = adds.into_iter().zip(self.gaps(policy)).map(|(adds, gap)| adds && 0 < gap);
        helps.enumerate().map(|(axis, helps)| u8::from(helps) << axis).sum()
    }
}

fn len<T>(set: &BTreeSet<T>) -> u64 {
    u64::try_from(set.len()).unwrap_or(u64::MAX)
}
