//! Which fields an ordinary amendment cannot touch, as data.

use crate::facts::Instrument;

/// How a field is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// Needs the entrenched path.
    Entrenched,
    /// Cannot be amended.
    Fixed,
}

/// One protected field, or a group of fields with everything in it; no name at all is the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// In which file.
    pub instrument: Instrument,
    /// Names from the outermost group inwards; none for the whole file.
    pub path: &'static [&'static str],
    /// How it is protected.
    pub guard: Guard,
    /// Why.
    pub reason: &'static str,
}

const fn parameters(path: &'static [&'static str], guard: Guard, reason: &'static str) -> Guarded {
    Guarded { instrument: Instrument::Parameters, path, guard, reason }
}

const fn charter(path: &'static [&'static str], guard: Guard, reason: &'static str) -> Guarded {
    Guarded { instrument: Instrument::Charter, path, guard, reason }
}

/// Every protected field.
pub const GUARDED: &[Guarded] = &[
    parameters(
        &["voting"],
        Guard::Fixed,
        "a person counts one and a machine nothing; no file with another weight is valid either",
    ),
    parameters(
        &["commitment", "epoch_s"],
        Guard::Fixed,
        "epochs are numbered by their length, so another length would renumber the past",
    ),
    parameters(&["version"], Guard::Fixed, "a file of another shape needs another release"),
    parameters(
        &["trust", "human", "floor"],
        Guard::Entrenched,
        "the trust that no person can lose (blueprint section 4.1, hard rule 4)",
    ),
    parameters(
        &["trust", "machine", "floor"],
        Guard::Entrenched,
        "a machine without trust is in quarantine (blueprint section 4.1, hard rule 5)",
    ),
    parameters(
        &["governance", "challenge_window_s"],
        Guard::Entrenched,
        "the public's time between ratification and challenge",
    ),
    parameters(
        &["eligibility"],
        Guard::Entrenched,
        "who may vote and propose decides every later vote",
    ),
    parameters(
        &["commitment", "committee_n"],
        Guard::Entrenched,
        "a smaller committee would make certificates easier to forge",
    ),
    parameters(
        &["commitment", "committee_t"],
        Guard::Entrenched,
        "a lower threshold would make certificates easier to forge",
    ),
    parameters(
        &["tiers", "R3"],
        Guard::Entrenched,
        "constitutional work is decided by people only",
    ),
    charter(&["amendment"], Guard::Entrenched, "the rules that protect every entrenched field"),
    charter(&["anchoring"], Guard::Entrenched, "how deep an anchor must lie before it counts"),
    charter(&["chambers"], Guard::Entrenched, "sizes and thresholds of the chambers that decide"),
    charter(&["committee"], Guard::Entrenched, "the keys of those who certify decisions"),
    charter(&["founder"], Guard::Entrenched, "how long one person has powers that others lack"),
    charter(&["identity"], Guard::Entrenched, "who counts as a verified person"),
    charter(&["phases"], Guard::Entrenched, "no phase lasts longer than it was founded to last"),
    charter(&["version"], Guard::Fixed, "a file of another shape needs another release"),
    charter(
        &[],
        Guard::Entrenched,
        "a charter is rules about rules, also where no line names them",
    ),
];
