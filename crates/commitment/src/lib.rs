//! Epochs, their four Merkle roots, the commitment chain and the commit-reveal beacon.
