//! Deterministic simulator: n sovereigns under drops, delays, duplicates, reordering, crashes.
