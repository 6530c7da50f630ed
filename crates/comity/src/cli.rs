//! The verbs.

pub mod tour;
