//! Transparency log: RFC 6962 tree, C2SP tiles, checkpoints, cosignatures, proofs.
