//! Limits of the command line: how much of a file is read, each far above what the file is for.

/// Longest `sovereign.json` of a home, in bytes: six short members.
pub const LABEL_BYTES_MAX: u64 = 4 << 10;

/// Longest passphrase file, in bytes: its first line counts.
pub const PASSPHRASE_BYTES_MAX: u64 = 1 << 10;

/// Longest name of an actor whose key lives in a home, in bytes: it names a file.
pub const ACTOR_NAME_BYTES_MAX: usize = 64;

/// Longest file with the body of a fact, in bytes: a statement holds less.
pub const FACT_BYTES_MAX: u64 = 256 << 10;

/// Longest text whose hash is stated, in bytes: reasons are for people.
pub const REASONS_BYTES_MAX: u64 = 1 << 20;

/// Longest order file, in bytes: the statement that it becomes holds 4,096.
pub const ORDER_BYTES_MAX: u64 = 16 << 10;

/// Largest record that a verb reads into memory, in bytes: about 200,000 statements. Larger ones are for
/// `comity-verify`, which streams.
pub const RECORD_BYTES_MAX: u64 = 512 << 20;

/// Longest checkpoint, in bytes: one signature and some hundreds of cosignatures.
pub const CHECKPOINT_BYTES_MAX: u64 = 64 << 10;

/// Most entries of a folder of records, a count: the records of one export, with files beside them.
pub const FOLDER_ENTRIES_MAX: usize = 1024;

/// Most files of rules beside one record, a count: an amendment adds one.
pub const RULE_FILES_MAX: usize = 1024;

/// Largest file of a package, in bytes: what a runner loads.
pub const PACKAGE_FILE_BYTES_MAX: u64 = 1 << 20;

/// Most files of a package, a count: schemas, verifier and both kinds of vectors.
pub const PACKAGE_FILES_MAX: usize = 160;

/// Deepest folder in a package, in levels below it.
pub const PACKAGE_DEPTH_MAX: usize = 4;

/// Longest invite file, in bytes: one id.
pub const INVITE_BYTES_MAX: u64 = 1 << 10;

/// Longest file for an anchor, in bytes: a committee's key has 48 for each of its threshold, twice that in hexadecimal.
pub const ANCHOR_FILE_BYTES_MAX: u64 = 256 << 10;

/// Longest genesis file, in bytes: some hundreds of anchors.
pub const GENESIS_BYTES_MAX: u64 = 256 << 10;

/// Longest settings or plain key file of an authority, in bytes: some hundreds of operators.
pub const NA_SETTINGS_BYTES_MAX: u64 = 64 << 10;

/// Largest file that is hashed as evidence, in bytes: it is read into memory.
pub const EVIDENCE_BYTES_MAX: u64 = 256 << 20;
