//! What must hold between the numbers of a charter.

use super::{Chamber, ChamberSet, CharterError, CharterFile};
use crate::{
    limits::SEATS_MAX,
    nano::Nano,
    phase::Phase,
    relations::{DURATION_S_MAX, NAME_BYTES_MAX},
    sortition::Share,
};

/// The shape this release reads.
const VERSION: u64 = 1;
/// Most verified people that a bound may name.
const HUMANS_MAX: u64 = 1_000_000_000;
/// Least share of yes ballots for an entrenched change: four fifths.
const ENTRENCHED_YES_MIN: Nano = Nano::new(800_000_000);
/// Least turnout of any vote: one half.
const TURNOUT_MIN: Nano = Nano::new(500_000_000);
/// Least number of sponsors: the blueprint speaks of several.
const SPONSORS: (u64, u64) = (2, 1_000);

/// Least share that upholds a complaint: more than half.
const UPHOLD_MIN: Nano = Nano::new(500_000_001);
/// Blocks that make an anchor final: more than one, at most a day of them.
const FINALITY_DEPTH: (u64, u64) = (2, 7_200);
/// Greatest difference of clocks, in seconds: beyond an hour dates say nothing.
const CLOCK_SKEW_S_MAX: u64 = 3_600;
/// Least and greatest time to answer: an hour, 36 days.
const RESPONSE_WINDOW_S: (u64, u64) = (3_600, 36 * 86_400);

pub(super) type Checked = Result<(), CharterError>;

impl CharterFile {
    /// Checks every relation, in a fixed order.
    ///
    /// # Errors
    ///
    /// The first relation that does not hold.
    pub fn check(&self) -> Checked {
        if self.version != VERSION {
            return Err(CharterError::Version { got: self.version, known: VERSION });
        }
        let name = self.name.as_bytes();
        if name.is_empty() || NAME_BYTES_MAX < name.len() || !name.iter().all(u8::is_ascii_graphic)
        {
            return Err(CharterError::Name { len: name.len(), max: NAME_BYTES_MAX });
        }
        phases(self)?;
        amendment(self)?;
        settlement(self)?;
        review(self)?;
        appeal(self)?;
        let sets = [
            (Phase::G1, &self.chambers.g1),
            (Phase::G2, &self.chambers.g2),
            (Phase::G3, &self.chambers.g3),
        ];
        for (phase, set) in sets {
            chambers(phase, set)?;
        }
        for ((_, before), (phase, after)) in sets.iter().zip(sets.iter().skip(1)) {
            stricter(*phase, before, after)?;
        }
        self.trust_guard.check()?;
        self.machines.check()
    }
}

pub(super) fn count(name: &'static str, got: u64, min: u64, max: u64) -> Checked {
    let is_inside = (min..=max).contains(&got);
    if is_inside { Ok(()) } else { Err(CharterError::Count { name, got, min, max }) }
}

pub(super) fn fraction(name: &'static str, got: Nano, min: Nano) -> Checked {
    let max = Nano::ONE;
    let is_inside = (min..=max).contains(&got);
    if is_inside { Ok(()) } else { Err(CharterError::Fraction { name, got, min, max }) }
}

/// Invariants 10 and 14: every clock runs, every bound is above the one before.
fn phases(file: &CharterFile) -> Checked {
    let phases = &file.phases;
    for (name, got) in [
        ("phases.g0_max_s", phases.g0_max_s),
        ("phases.g0_extension_s", phases.g0_extension_s),
        ("phases.g1_max_s", phases.g1_max_s),
        ("phases.ratification_window_s", phases.ratification_window_s),
        ("founder.inactive_s", file.founder.inactive_s),
        ("identity.valid_max_s", file.identity.valid_max_s),
    ] {
        count(name, got, 1, DURATION_S_MAX)?;
    }
    count("phases.g0_humans_max", phases.g0_humans_max, 1, HUMANS_MAX)?;
    count("phases.g2_humans_max", phases.g2_humans_max, 1, HUMANS_MAX)?;
    for (name, lower, upper) in [
        ("phases.g0_humans_max and g1_humans_max", phases.g0_humans_max, phases.g1_humans_max),
        ("phases.g1_humans_max and g2_humans_max", phases.g1_humans_max, phases.g2_humans_max),
        (
            "phases.ratification_window_s and g1_max_s",
            phases.ratification_window_s,
            phases.g1_max_s,
        ),
    ] {
        if upper <= lower {
            return Err(CharterError::PhaseOrder { name, lower, upper });
        }
    }
    Ok(())
}

fn amendment(file: &CharterFile) -> Checked {
    let path = &file.amendment;
    count("amendment.ballot_window_s", path.ballot_window_s, 1, DURATION_S_MAX)?;
    count("amendment.cooling_off_s", path.cooling_off_s, 1, DURATION_S_MAX)?;
    count("amendment.sponsors_min", path.sponsors_min, SPONSORS.0, SPONSORS.1)?;
    fraction("amendment.turnout_min", path.turnout_min, TURNOUT_MIN)?;
    fraction("amendment.entrenched_turnout_min", path.entrenched_turnout_min, path.turnout_min)?;
    fraction("amendment.entrenched_yes_min", path.entrenched_yes_min, ENTRENCHED_YES_MIN)
}

/// Every window is open for a while, keys outlive the ceremony that replaces them, and nothing counts that
/// a chain may still take back.
fn settlement(file: &CharterFile) -> Checked {
    let (keys, anchors) = (&file.committee, &file.anchoring);
    for (name, got) in [
        ("committee.dealing_s", keys.dealing_s),
        ("committee.complaints_s", keys.complaints_s),
        ("committee.key_rotation_s", keys.key_rotation_s),
        ("anchoring.grace_s", anchors.grace_s),
    ] {
        count(name, got, 1, DURATION_S_MAX)?;
    }
    let ceremony = keys.dealing_s.saturating_add(keys.complaints_s);
    count("committee.key_rotation_s", keys.key_rotation_s, ceremony + 1, DURATION_S_MAX)?;
    count("anchoring.clock_skew_s", anchors.clock_skew_s, 0, CLOCK_SKEW_S_MAX)?;
    count("anchoring.finality_depth", anchors.finality_depth, FINALITY_DEPTH.0, FINALITY_DEPTH.1)
}

/// An hour at least, so that nobody is replaced for being asleep; a tenth of a year at most, so that
/// silence does not outlive the order it holds up.
fn review(file: &CharterFile) -> Checked {
    let (min, max) = RESPONSE_WINDOW_S;
    count("review.response_window_s", file.review.response_window_s, min, max)
}

/// Everybody is heard, a panel is as mixed as it must be, and more than half of it upholds.
fn appeal(file: &CharterFile) -> Checked {
    let rules = &file.appeal;
    for (name, got) in [
        ("appeal.respond_s", rules.respond_s),
        ("appeal.deliberation_s", rules.deliberation_s),
        ("appeal.appeal_window_s", rules.appeal_window_s),
    ] {
        count(name, got, 1, DURATION_S_MAX)?;
    }
    count("appeal.panel", rules.panel.into(), 3, SEATS_MAX.into())?;
    count("appeal.regions_min", rules.regions_min.into(), 2, rules.panel.into())?;
    count("appeal.organisations_min", rules.organisations_min.into(), 2, rules.panel.into())?;
    fraction("appeal.trust_min", rules.trust_min, Nano::EPSILON)?;
    fraction("appeal.uphold_min", rules.uphold_min, UPHOLD_MIN)
}

/// A majority passes, chambers grow in the order in which they vote, and the quotas can be met.
fn chambers(phase: Phase, set: &ChamberSet) -> Checked {
    count("chambers.*.regions_min", set.regions_min, 2, SEATS_MAX.into())?;
    count("chambers.*.organisations_min", set.organisations_min, 2, SEATS_MAX.into())?;
    fraction("chambers.*.region_share_max", set.region_share_max, Nano::EPSILON)?;
    fraction("chambers.*.organisation_share_max", set.organisation_share_max, Nano::EPSILON)?;
    let mut before = 0;
    for chamber in Chamber::ALL {
        let size = set.size(chamber);
        let (pass, seats) = (size.pass, size.seats);
        let chamber = chamber.name();
        count("chambers.*.seats", seats.into(), 1, SEATS_MAX.into())?;
        if seats < pass || u64::from(pass) * 2 <= u64::from(seats) {
            return Err(CharterError::Majority { phase, chamber, pass, seats });
        }
        if seats <= before {
            return Err(CharterError::ChamberOrder { phase, chamber });
        }
        before = seats;
        for (name, share, min) in [
            ("the share of regions", set.region_share_max, set.regions_min),
            ("the share of organisations", set.organisation_share_max, set.organisations_min),
        ] {
            let cap = Share::from_nano(share).map_or(0, |share| share.of(seats));
            if cap == 0 || u64::from(seats) < min {
                return Err(CharterError::Unsatisfiable { phase, chamber, name });
            }
        }
    }
    Ok(())
}

/// Invariant 15, for both steps; and no chamber shrinks.
fn stricter(phase: Phase, before: &ChamberSet, after: &ChamberSet) -> Checked {
    if after.regions_min <= before.regions_min {
        return Err(CharterError::Geography { name: "regions_min", phase });
    }
    if before.region_share_max <= after.region_share_max {
        return Err(CharterError::Geography { name: "region_share_max", phase });
    }
    if after.organisations_min < before.organisations_min {
        return Err(CharterError::Geography { name: "organisations_min", phase });
    }
    if before.organisation_share_max < after.organisation_share_max {
        return Err(CharterError::Geography { name: "organisation_share_max", phase });
    }
    for chamber in Chamber::ALL {
        if after.size(chamber).seats < before.size(chamber).seats {
            return Err(CharterError::ChamberOrder { phase, chamber: chamber.name() });
        }
    }
    Ok(())
}
