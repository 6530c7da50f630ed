//! Which rows an A1 audit opens: drawn from a beacon that did not exist when the rows were committed.

use std::collections::BTreeSet;

use comity_wire::{Digest, sha256_concat};

/// `leaves` different rows out of `rows`, in ascending order; all of them if there are no more.
///
/// Draw number `c` is the first eight bytes of `SHA-256("comity-audit/v1\0" ‖ beacon ‖ rows[8] ‖ c[8])`,
/// big-endian, taken modulo `rows`; values above the largest multiple of `rows` are skipped, so that
/// every row is equally likely. Anybody who knows the beacon can repeat it.
pub fn draw_leaves(beacon: &Digest, rows: u64, leaves: u64) -> Vec<u64> {
    if rows <= leaves {
        return (0..rows).collect();
    }
    let mut drawn = BTreeSet::new();
    // 2^64 mod rows: this many values at the top would favour the first rows.
    let excess = (u64::MAX % rows + 1) % rows;
    let rows_bytes = rows.to_be_bytes();
    for counter in 0_u64.. {
        if leaves <= drawn.len() as u64 {
            break;
        }
        let counter = counter.to_be_bytes();
        let parts: [&[u8]; 4] = [b"comity-audit/v1\0", beacon.as_bytes(), &rows_bytes, &counter];
        let hash = sha256_concat(&parts);
        let value =
            hash.as_bytes().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        if value <= u64::MAX - excess {
            drawn.insert(value % rows);
        }
    }
    drawn.into_iter().collect()
}
