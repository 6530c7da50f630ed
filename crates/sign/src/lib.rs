//! Keys and signatures: what was received and what was verified are different types.
