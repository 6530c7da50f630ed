//! Key files: age, passphrase, 0600.
