//! Finds the refusal with a name in a chain of causes.

use std::error::Error;

use comity_anchor::AnchorError;
use comity_authority::{FoldError, FoundError};
use comity_bls::DecodeError;
use comity_client::ClientError;
use comity_commitment::{BeaconError, CommitmentError};
use comity_constitution::{CharterError, ParameterError, RuleFileError};
use comity_http::ServeError;
use comity_keyfile::KeyfileError;
use comity_mesh::attestation::IssueError;
use comity_mesh::bundle::BundleError;
use comity_mesh::case_file::CaseError;
use comity_mesh::conformance::Unusable as UnusableObject;
use comity_mesh::keys::MeshKeyError;
use comity_mesh::operator_proof::ProofError;
use comity_mesh::schema::SchemaError;
use comity_mesh::{MeshError, TreatyError};
use comity_mission::MissionError;
use comity_mycel::ledger::LedgerError;
use comity_mycel::mip::MipError;
use comity_mycel::order::{OrderError, TermsError};
use comity_mycel::predicate::PredicateError;
use comity_mycel::series::SeriesError;
use comity_mycel::windows::WindowsError;
use comity_node::NodeError;
use comity_replay::Refusal;
use comity_replay::export::WriteError;
use comity_replay::verify::Unusable;
use comity_sign::{KeyError, VerifyError};
use comity_store::StoreError;
use comity_tlog::CheckpointError;
use comity_wire::WireError;

use super::{ActError, CliError, Exit};
use crate::cli::anchor::InputError;
use crate::cli::mesh::refused::ObjectError;
use crate::cli::na::NaError;

/// Code and exit status of the outermost cause that has a name.
pub(super) fn find(error: &anyhow::Error) -> (&'static str, Exit) {
    let unexpected = (CliError::Unexpected.code(), CliError::Unexpected.exit());
    error.chain().find_map(of).unwrap_or(unexpected)
}

/// The types that name themselves, with the status that goes with them.
macro_rules! named {
    ($cause:expr; $($kind:ty => $exit:expr),+ $(,)?) => {
        $(if let Some(error) = $cause.downcast_ref::<$kind>() {
            let exit: fn(&$kind) -> Exit = $exit;
            return Some((error.code(), exit(error)));
        })+
    };
}

fn of(cause: &(dyn Error + 'static)) -> Option<(&'static str, Exit)> {
    named!(cause;
        CliError => CliError::exit,
        ActError => ActError::exit,
        ClientError => client,
        NaError => |_| Exit::Unusable,
        InputError => |_| Exit::Unusable,
        AnchorError => anchor,
        DecodeError => |_| Exit::Unusable,
        ObjectError => ObjectError::exit,
        CaseError => case,
        ServeError => serve,
        FoundError => |_| Exit::Refused,
        FoldError => |_| Exit::Refused,
        SeriesError => series,
        WindowsError => |_| Exit::Unusable,
        PredicateError => |_| Exit::Unusable,
        ParameterError => |_| Exit::Unusable,
        CharterError => |_| Exit::Unusable,
        RuleFileError => |_| Exit::Unusable,
        MipError => |_| Exit::Unusable,
        WireError => |_| Exit::Unusable,
        Unusable => |_| Exit::Unusable,
        UnusableObject => |_| Exit::Unusable,
        SchemaError => |_| Exit::Unusable,
        IssueError => |_| Exit::Unusable,
        MeshKeyError => |_| Exit::Unusable,
        KeyfileError => keyfile,
        StoreError => store,
        NodeError => |_| Exit::Refused,
        Refusal => |_| Exit::Refused,
        BundleError => |_| Exit::Refused,
        ProofError => |_| Exit::Refused,
        VerifyError => |_| Exit::Refused,
        KeyError => |_| Exit::Refused,
        CheckpointError => |_| Exit::Refused,
        MeshError => |_| Exit::Refused,
        TreatyError => |_| Exit::Refused,
        MissionError => |_| Exit::Refused,
        OrderError => |_| Exit::Refused,
        TermsError => |_| Exit::Refused,
        LedgerError => |_| Exit::Refused,
        BeaconError => |_| Exit::Refused,
        CommitmentError => |_| Exit::Refused,
        WriteError => |_| Exit::Failed,
    );
    let io = cause.downcast_ref::<std::io::Error>()?;
    // An error of ours may travel inside one of the system's.
    let inner = io.get_ref().and_then(|inner| of(inner));
    let system = CliError::System { kind: io.kind() };
    Some(inner.unwrap_or((system.code(), system.exit())))
}

fn system(kind: std::io::ErrorKind) -> Exit {
    CliError::System { kind }.exit()
}

/// What was given, who was asked, or the way there.
fn client(error: &ClientError) -> Exit {
    let unusable = matches!(
        error,
        ClientError::BadEndpoint { .. }
            | ClientError::BadId
            | ClientError::BadOperatorKey
            | ClientError::BadKeyId
            | ClientError::AmbiguousPath
            | ClientError::BadKey(_)
            | ClientError::BadDescriptor { .. }
    );
    let failed = matches!(
        error,
        ClientError::UnknownHost { .. }
            | ClientError::Unreachable { .. }
            | ClientError::TimedOut { .. }
            | ClientError::NotHttp { .. }
            | ClientError::TooMany { .. }
            | ClientError::AtFault { .. }
    );
    match (unusable, failed) {
        (true, _) => Exit::Unusable,
        (_, true) => Exit::Failed,
        _ => Exit::Refused,
    }
}

/// What was given, the way to the node and the node itself, or what the chain and the contract say.
fn anchor(error: &AnchorError) -> Exit {
    let unusable = matches!(
        error,
        AnchorError::BadAddress
            | AnchorError::BadKey
            | AnchorError::BadRpcAddress { .. }
            | AnchorError::BadConfig { .. }
            | AnchorError::ContractUnknown
            | AnchorError::AccountUnknown
    );
    let failed = matches!(
        error,
        AnchorError::Unreachable { .. }
            | AnchorError::TimedOut
            | AnchorError::NotHttp
            | AnchorError::Status(_)
            | AnchorError::Rpc { .. }
            | AnchorError::NotIncluded { .. }
    );
    match (unusable, failed) {
        (true, _) => Exit::Unusable,
        (_, true) => Exit::Failed,
        _ => Exit::Refused,
    }
}

fn case(error: &CaseError) -> Exit {
    if matches!(error, CaseError::Content(_)) { Exit::Unusable } else { Exit::Refused }
}

fn series(error: &SeriesError) -> Exit {
    if let SeriesError::Io { kind, .. } = error { system(*kind) } else { Exit::Unusable }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the server's list is open")]
fn serve(error: &ServeError) -> Exit {
    match error {
        ServeError::Store(error) => store(error),
        ServeError::Found(_) | ServeError::Fold(_) => Exit::Refused,
        ServeError::Listen { .. } => Exit::Unusable,
        _ => Exit::Failed,
    }
}

fn keyfile(error: &KeyfileError) -> Exit {
    let refused = matches!(
        error,
        KeyfileError::WrongPassphrase
            | KeyfileError::Tampered
            | KeyfileError::Permissions { .. }
            | KeyfileError::Exists { .. }
    );
    if let KeyfileError::Io { kind, .. } = error {
        return system(*kind);
    }
    if refused { Exit::Refused } else { Exit::Unusable }
}

fn store(error: &StoreError) -> Exit {
    let refused = matches!(error, StoreError::Corrupt { .. } | StoreError::Identity { .. });
    let unusable = matches!(error, StoreError::NotALog { .. } | StoreError::Version { .. });
    if let StoreError::Io { kind, .. } = error {
        return system(*kind);
    }
    match (refused, unusable) {
        (true, _) => Exit::Refused,
        (_, true) => Exit::Unusable,
        _ => Exit::Failed,
    }
}
