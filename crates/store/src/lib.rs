//! Append-only durable log of envelopes.
