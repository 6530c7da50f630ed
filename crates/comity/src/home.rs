//! Files of one sovereign on a disk, and records of others wherever they lie.

pub mod file;
