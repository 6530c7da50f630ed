//! Ids that follow from something else, in the form of the reference's.

use comity_wire::sha256;

/// An id of what `text` says.
pub(crate) fn id_of(text: &str) -> String {
    let digits = sha256(text.as_bytes()).to_string();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// One of several ids that a request needs: nobody can guess it who does not know `seed`, and `seed` is not told.
pub(crate) fn drawn(seed: &str, what: &str) -> String {
    id_of(&format!("comity-drawn-id|{what}|{seed}"))
}
