//! Canonical bytes: JCS, DSSE, in-toto statements, ids, decimals, times.
