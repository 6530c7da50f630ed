//! Trust arithmetic in integer units of 1e-9.
