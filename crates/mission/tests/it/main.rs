//! Capability tests.
