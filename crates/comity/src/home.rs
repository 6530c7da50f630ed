//! Files of one sovereign on a disk, and records of others wherever they lie.
//!
//! ```text
//!  HOME/                      0700
//!  ├── README.txt             what this is, for whoever finds it
//!  ├── sovereign.json         name, organisation, region, id and vkey, for people and for finding the record
//!  ├── parameters.json        the parameters that the genesis names, canonical
//!  ├── rules/                 other charters and parameter files, each under a name that follows from its bytes
//!  ├── keys.age               0600: root, authority and vault seeds under a passphrase; stock age opens it
//!  ├── actors/NAME.age        0600: the key of a person or machine that lives here, under the same passphrase
//!  ├── record.log             0600: the record, append-only, every append fsynced
//!  ├── checkpoint             the record's root, signed: what others may rely on
//!  ├── peers/ID/              what is held of others: envelopes.jsonl, checkpoint, parameters.json, rules/
//!  └── mip/MANIFEST/          packages that this sovereign publishes
//! ```
//!
//! # Invariants
//!
//! 1. A home is there whole or not at all, and is never made over something.
//! 2. Reading a home changes nothing in it: readers work on a copy of `record.log`.
//! 3. A command that is refused leaves every byte of every record as it was.
//! 4. What an own statement cites is durable in `peers/` before the statement is in `record.log`.
//!
//! Nothing here trusts a file: ids follow from genesis statements, entries are held against signed roots, and every
//! signature is checked while a record is read.

pub mod actors;
pub mod clock;
pub mod file;
pub mod found;
pub mod keys;
pub mod layout;
pub mod passphrase;
pub mod record;
pub mod replayed;
pub mod rules;
pub mod session;
