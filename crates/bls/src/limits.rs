//! Every limit of this room, with its unit and its reason.

/// Most members of a committee: a dealing has a share for each and is verified by each, so that a key costs the square of it.
pub const MEMBERS_MAX: u16 = 1024;

/// Longest statement of a key ceremony, in bytes: a dealing of the largest committee, 80 bytes a member, with room to spare.
pub const STATEMENT_BYTES_MAX: usize = 128 * 1024;

/// Most terms of a key ring: a century of keys that change every 90 days.
pub const TERMS_MAX: usize = 406;

/// Most earlier and later keys, of each, that a refused certificate is tried with to say whose it is: each costs a pairing.
pub const NEIGHBOURS_MAX: usize = 4;
