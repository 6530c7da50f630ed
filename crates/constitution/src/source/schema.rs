//! What each member of the two files must be, on its own.
//!
//! One row per member, in the order of the author's files. A segment `a|b` stands for a row with `a` and one with `b`.

mod kind;
mod params;
mod policy;

pub(super) use kind::{Kind, Range, is_plain, short};

/// The two versions of the files: that of the blueprint's date, and the author's last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// Parameters 0.3 and policy 0.2.
    Founding,
    /// Parameters 0.4 and policy 0.4.
    Later,
}

/// One member of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Names from the top, separated by slashes.
    pub(super) path: &'static str,
    /// What its value must be.
    pub(super) kind: Kind,
    /// First version that has it; every later one must.
    pub(super) since: Generation,
    /// Where the bound comes from.
    pub(super) source: &'static str,
}

/// A member that every version has.
const fn both(path: &'static str, kind: Kind, source: &'static str) -> Key {
    Key { path, kind, since: Generation::Founding, source }
}

/// A member of the later version.
const fn later(path: &'static str, kind: Kind, source: &'static str) -> Key {
    Key { path, kind, since: Generation::Later, source }
}

/// The member is as in the author's check.
const CHECK: &str = "check_invariants.py";
/// The author's check leaves a hole, which the type or the meaning closes.
const CLOSED: &str = "closed here";
/// Longest duration in days: ten years, so that nothing is without end (threat model, invariant 10).
const DAYS: Kind = Kind::Count(1, 3_650);
/// Longest duration in hours: thirty days.
const HOURS: Kind = Kind::Count(1, 720);
/// A yes or no that only means something as yes.
const YES: Kind = Kind::Must(true);
/// A yes or no that only means something as no.
const NO: Kind = Kind::Must(false);

/// The rows of a file.
pub(super) fn keys(file: super::File) -> impl Iterator<Item = &'static Key> {
    let (first, second) = match file {
        super::File::Params => (params::KEYS, params::LATER),
        super::File::Policy => (policy::KEYS, policy::LATER),
    };
    first.iter().chain(second)
}

/// Every path that a pattern stands for.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    pattern.split('/').fold(vec![String::new()], |heads, segment| {
        let join = |head: &String, name: &str| {
            if head.is_empty() { name.to_owned() } else { format!("{head}/{name}") }
        };
        heads.iter().flat_map(|head| segment.split('|').map(move |name| join(head, name))).collect()
    })
}
