//! What the command line itself refuses, beside what the rooms refuse.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use comity_wire::{Digest, KeyId, SovereignId, StatementId};

use super::Exit;

/// A refusal of the command line. No record has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// Something is where the new home should be.
    #[error("{} exists already", path.display())]
    HomeExists {
        /// The path.
        path: PathBuf,
    },
    /// There is no home there.
    #[error("{} is not a home of a sovereign", path.display())]
    NotAHome {
        /// The path.
        path: PathBuf,
    },
    /// The home's parts do not belong together.
    #[error("{what} of the home is {found}, its record says {expected}")]
    HomeDisagrees {
        /// Which part.
        what: &'static str,
        /// What the part says.
        found: String,
        /// What the record says.
        expected: String,
    },
    /// The key file holds somebody else's keys.
    #[error("the key file holds {found}, the record speaks with {expected}")]
    WrongKey {
        /// Authority key of the record.
        expected: KeyId,
        /// Authority key in the key file.
        found: KeyId,
    },
    /// Nobody can be asked for a passphrase.
    #[error("no passphrase: there is no terminal to ask at")]
    NoPassphrase,
    /// The two passphrases typed for a new key file differ.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    /// Group or others may touch the passphrase file.
    #[error("the passphrase file is open to others (mode {mode:03o}, must be 600 or less)")]
    PassphraseFileOpen {
        /// Permission bits found.
        mode: u32,
    },
    /// A file is not text where text was expected.
    #[error("{} is not UTF-8 text", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// A file is larger than what it is read for.
    #[error("{} is {len} bytes, the limit is {max}", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes it has.
        len: u64,
        /// Bytes it may have.
        max: u64,
    },
    /// A folder or device where a file was expected.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A folder without any record.
    #[error("no record in {}", path.display())]
    NoRecord {
        /// The path.
        path: PathBuf,
    },
    /// A folder of records with more in it than is read.
    #[error("{} has more than {max} entries", path.display())]
    TooManyEntries {
        /// The path.
        path: PathBuf,
        /// Entries it may have.
        max: usize,
    },
    /// A record whose signed checkpoint is not over its entries.
    #[error(
        "checkpoint of {record}: signed over {size} entries with root {signed}, they have {computed}"
    )]
    CheckpointMismatch {
        /// Whose record.
        record: SovereignId,
        /// Size that was signed.
        size: u64,
        /// Root that was signed.
        signed: Digest,
        /// Root of the entries.
        computed: Digest,
    },
    /// A record ends before the checkpoint that its owner signed.
    #[error("checkpoint of {record}: signed over {size} entries, {held} are there")]
    RecordShort {
        /// Whose record.
        record: SovereignId,
        /// Size that was signed.
        size: u64,
        /// Entries that are there.
        held: u64,
    },
    /// Two copies of one record contradict each other.
    #[error("two histories of {record}: they differ at entry {index}")]
    Forked {
        /// Whose record.
        record: SovereignId,
        /// First entry that differs, from 0.
        index: u64,
    },
    /// A record rests on statements that are not in any record given.
    #[error("record of {record} cites {cited} at entry {index}, which no record given here holds")]
    RecordWaits {
        /// Whose record.
        record: SovereignId,
        /// The citing entry, from 0.
        index: u64,
        /// The missing statement.
        cited: StatementId,
    },
    /// The node refused while it did something.
    #[error("{what}: {message}")]
    Node {
        /// What was being done.
        what: &'static str,
        /// The refusal's own name.
        code: &'static str,
        /// In words.
        message: String,
    },
    /// A member that an order does not have.
    #[error("order: unknown field {name}")]
    OrderUnknownField {
        /// The member, shortened.
        name: String,
    },
    /// A member that an order must have.
    #[error("order: field {name} is missing")]
    OrderMissingField {
        /// The member.
        name: String,
    },
    /// A member with a value of another type or form.
    #[error("order: {message}")]
    OrderShape {
        /// What is wrong, shortened.
        message: String,
    },
    /// The order names a package that no known record publishes.
    #[error("order: no known record publishes the MIP {mip}")]
    UnknownMip {
        /// Hash of its manifest.
        mip: Digest,
    },
    /// The order's mission class is in no table.
    #[error("order: mission class `{class}` is not mapped by the parameters of {sovereign}")]
    UnmappedClass {
        /// The class.
        class: String,
        /// Whose parameters.
        sovereign: SovereignId,
    },
    /// The order asks for a weaker tier than its class demands.
    #[error("order: class `{class}` needs at least tier {mapped}, the order says {given}")]
    TierTooWeak {
        /// The class.
        class: String,
        /// Tier that the class demands.
        mapped: &'static str,
        /// Tier in the order.
        given: &'static str,
    },
    /// A key or an announcement for which there is no room.
    #[error("not taken in: {reason}")]
    OverlayRefused {
        /// Why, in the protocol's words.
        reason: &'static str,
    },
    /// Nobody waits to be recognised in return.
    #[error("no sovereign waits to be recognised in return")]
    NoTreatyToAccept,
    /// More wait than one answer covers.
    #[error("{count} treaties wait to be answered")]
    SeveralTreaties {
        /// How many.
        count: usize,
    },
    /// The other party of a treaty is not named, or not known.
    #[error("{count} sovereigns match the party `{given}`")]
    PartyUnclear {
        /// What was given.
        given: String,
        /// How many match.
        count: usize,
    },
    /// No such order or mission.
    #[error("{count} orders and missions match `{given}`")]
    MissionUnclear {
        /// What was given, shortened.
        given: String,
        /// How many match.
        count: usize,
    },
    /// Neither a parameter file of ours nor one of the blueprint's author.
    #[error("no known shape of parameters")]
    UnknownParameters,
    /// No mission bundle of the blueprint's author.
    #[error("no mission bundle")]
    NotABundle,
    /// A policy that does not hold, or is none.
    #[error("no policy that holds")]
    BadPolicy,
    /// One of the author's files is given twice.
    #[error("{file} is given twice")]
    SameFileTwice {
        /// Which file.
        file: &'static str,
    },
    /// Not a file of test vectors that this program knows.
    #[error("no known shape of conformance vectors")]
    UnknownVectors,
    /// A vector file without a case.
    #[error("the file has no case")]
    NoCases,
    /// The system refused.
    #[error("{}", words(*kind))]
    System {
        /// What it said.
        kind: ErrorKind,
    },
    /// A folder that something would be written into has something in it.
    #[error("{} is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A key file that others may read.
    #[error("{} is open to others (mode {mode:03o}, must be 600 or less)", path.display())]
    KeyFileOpen {
        /// The file.
        path: PathBuf,
        /// Permission bits found.
        mode: u32,
    },
    /// Somebody has to sign, and no key is given.
    #[error("no operator key")]
    NoOperatorKey,
    /// Neither an authority to ask nor a genesis to decide by.
    #[error("neither an authority nor a genesis")]
    NoAuthority,
    /// An error without a name of its own.
    #[error("unexpected failure")]
    Unexpected,
}

const fn words(kind: ErrorKind) -> &'static str {
    match Seen::of(kind) {
        Seen::Missing => "no such file or folder",
        Seen::Denied => "not permitted",
        Seen::Kind => "not the kind of file that is needed",
        Seen::Full => "the disk is full",
        Seen::Other => "the system refused",
    }
}

/// What the system's answer means for a caller.
#[derive(Clone, Copy)]
enum Seen {
    Missing,
    Denied,
    Kind,
    Full,
    Other,
}

impl Seen {
    const fn of(kind: ErrorKind) -> Self {
        #[allow(clippy::wildcard_enum_match_arm, reason = "the system's list is open")]
        match kind {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::PermissionDenied => Self::Denied,
            ErrorKind::IsADirectory | ErrorKind::NotADirectory => Self::Kind,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Other,
        }
    }
}

impl CliError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HomeExists { .. } => "comity.home_exists",
            Self::NotAHome { .. } => "comity.not_a_home",
            Self::HomeDisagrees { .. } => "comity.home_disagrees",
            Self::WrongKey { .. } => "comity.wrong_key",
            Self::NoPassphrase => "comity.no_passphrase",
            Self::PassphrasesDiffer => "comity.passphrases_differ",
            Self::PassphraseFileOpen { .. } => "comity.passphrase_file_open",
            Self::NotText { .. } => "comity.not_text",
            Self::FileTooLarge { .. } => "comity.file_too_large",
            Self::NotAFile { .. } => "comity.not_a_file",
            Self::NoRecord { .. } => "comity.no_record",
            Self::TooManyEntries { .. } => "comity.too_many_entries",
            Self::CheckpointMismatch { .. } => "comity.checkpoint_mismatch",
            Self::RecordShort { .. } => "comity.record_short",
            Self::Forked { .. } => "comity.forked",
            Self::RecordWaits { .. } => "comity.record_waits",
            Self::Node { code, .. } => code,
            Self::OrderUnknownField { .. } => "comity.order_unknown_field",
            Self::OrderMissingField { .. } => "comity.order_missing_field",
            Self::OrderShape { .. } => "comity.order_shape",
            Self::UnknownMip { .. } => "comity.unknown_mip",
            Self::UnmappedClass { .. } => "comity.unmapped_class",
            Self::TierTooWeak { .. } => "comity.tier_too_weak",
            Self::OverlayRefused { .. } => "comity.overlay_refused",
            Self::NoTreatyToAccept => "comity.no_treaty_to_accept",
            Self::SeveralTreaties { .. } => "comity.several_treaties",
            Self::PartyUnclear { .. } => "comity.party_unclear",
            Self::MissionUnclear { .. } => "comity.mission_unclear",
            Self::UnknownParameters => "comity.unknown_parameters",
            Self::NotABundle => "comity.not_a_bundle",
            Self::BadPolicy => "comity.bad_policy",
            Self::SameFileTwice { .. } => "comity.same_file_twice",
            Self::UnknownVectors => "comity.unknown_vectors",
            Self::NoCases => "comity.no_cases",
            Self::System { .. } => "comity.system",
            Self::NotEmpty { .. } => "comity.not_empty",
            Self::KeyFileOpen { .. } => "comity.key_file_open",
            Self::NoOperatorKey => "comity.no_operator_key",
            Self::NoAuthority => "comity.no_authority",
            Self::Unexpected => "comity.unexpected",
        }
    }

    /// The status that the program ends with.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::HomeExists { .. }
            | Self::HomeDisagrees { .. }
            | Self::WrongKey { .. }
            | Self::CheckpointMismatch { .. }
            | Self::RecordShort { .. }
            | Self::Forked { .. }
            | Self::RecordWaits { .. }
            | Self::Node { .. }
            | Self::UnknownMip { .. }
            | Self::UnmappedClass { .. }
            | Self::TierTooWeak { .. }
            | Self::OverlayRefused { .. }
            | Self::NoTreatyToAccept
            | Self::SeveralTreaties { .. } => Exit::Refused,
            Self::NotAHome { .. }
            | Self::NoPassphrase
            | Self::PassphrasesDiffer
            | Self::PassphraseFileOpen { .. }
            | Self::NotText { .. }
            | Self::FileTooLarge { .. }
            | Self::NotAFile { .. }
            | Self::NoRecord { .. }
            | Self::NotEmpty { .. }
            | Self::TooManyEntries { .. }
            | Self::OrderUnknownField { .. }
            | Self::OrderMissingField { .. }
            | Self::OrderShape { .. }
            | Self::PartyUnclear { .. }
            | Self::MissionUnclear { .. }
            | Self::UnknownParameters
            | Self::NotABundle
            | Self::BadPolicy
            | Self::SameFileTwice { .. }
            | Self::UnknownVectors
            | Self::KeyFileOpen { .. }
            | Self::NoOperatorKey
            | Self::NoAuthority
            | Self::NoCases => Exit::Unusable,
            Self::System { kind } => match Seen::of(*kind) {
                Seen::Missing | Seen::Denied | Seen::Kind => Exit::Unusable,
                Seen::Full | Seen::Other => Exit::Failed,
            },
            Self::Unexpected => Exit::Failed,
        }
    }

    /// The refusal of a file that is larger than what it is read for.
    pub fn too_large(path: &Path, len: u64, max: u64) -> Self {
        Self::FileTooLarge { path: path.to_owned(), len, max }
    }
}
