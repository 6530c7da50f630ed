//! Every decoder and every state machine of the workspace as a function over random bytes.
//!
//! The same functions run twice: under libFuzzer on nightly (`fuzz_targets/`, one line each) and in the smoke lane on
//! stable (`cargo xtask fuzz`), over the checked-in corpus and what [`mutate`] makes of it. A function returns on
//! every input, and panics when an invariant of the room that it calls is broken.
//!
//! ```text
//!  corpus/<target>/* ──▶ libFuzzer or mutate ──bytes──▶ target ──▶ room ──▶ returned, refused, or a panic = a finding
//!  fixtures/tour.jsonl ──▶ tour ──────────────────────────▲            (a real loop: what world and export start from)
//! ```
//!
//! # Invariants
//!
//! 1. A target is a pure function of its bytes, so that a finding replays from its file.
//! 2. What a decoder accepts, the encoder gives back byte for byte.
//! 3. A refusal has a code and a message, and changes nothing.

#![forbid(unsafe_code)]
#![allow(
    missing_docs,
    reason = "a target is named after what it calls, and has no caller but two drivers"
)]

pub mod anchor;
pub mod authority;
pub mod bls;
pub mod client;
pub mod constitution;
pub mod decode;
pub mod documents;
pub mod export;
pub mod files;
pub mod http;
pub mod input;
pub mod log;
pub mod mesh;
pub mod model;
pub mod mutate;
pub mod oracle;
pub mod source;
pub mod tour;
pub mod wasm;
pub mod wire;
pub mod world;

/// One fuzz target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Name of the libFuzzer binary and of the corpus folder.
    pub name: &'static str,
    /// What it runs.
    pub run: fn(&[u8]),
}

macro_rules! targets {
    ($($name:ident => $function:path,)+) => {
        /// All targets, by name.
        pub const TARGETS: &[Target] = &[$(Target { name: stringify!($name), run: $function },)+];
    };
}

targets! {
    anchor_rpc => anchor::rpc_answer,
    authority_body => authority::body,
    authority_frame => authority::frame,
    authority_headers => authority::headers,
    authority_query => authority::query,
    bls_points => bls::points,
    bls_statement => bls::statement,
    client_answer => client::answer,
    client_endpoint => client::endpoint,
    client_operator_key => client::operator_key,
    commitment_epoch => decode::epoch,
    conformance => documents::conformance,
    constitution_appeal => constitution::appeal::run,
    constitution_charter => documents::charter,
    constitution_fact => constitution::run,
    constitution_parameters => documents::parameters,
    constitution_source => source::config,
    facts => decode::facts,
    http_request => http::request,
    keyfile => files::keyfile,
    mesh_bundle => mesh::bundle,
    mesh_case_file => mesh::case_file::run,
    mesh_datetime => mesh::datetime,
    mesh_graph => mesh::graph,
    mesh_json => mesh::json,
    mesh_objects => mesh::objects::run,
    mesh_vectors => mesh::vectors,
    mesh_verify => mesh::verify,
    mission_bundle => source::bundle,
    mission_label => decode::label,
    model_committee => model::committee::run,
    model_ledger => model::ledger::run,
    model_mission => model::mission::run,
    model_order => model::order::run,
    model_phase => model::phase::run,
    model_treaty => model::treaty::run,
    model_trust => model::trust::run,
    mycel_alarms => decode::alarms,
    mycel_disclosure => documents::disclosure,
    mycel_package => documents::package,
    mycel_predicate => decode::predicate,
    mycel_schema => documents::schema,
    mycel_series => documents::series,
    mycel_vector => documents::vector,
    mycel_windows => documents::windows,
    node_message => world::message,
    replay_export => export::run,
    runner_module => wasm::module,
    runner_run => wasm::run,
    sign_claim => decode::claim,
    sign_keys => decode::keys,
    store_log => files::store,
    tlog_checkpoint => log::checkpoint,
    tlog_fork => log::fork,
    tlog_note => log::note,
    tlog_proof => log::proof,
    tlog_tiles => log::tiles,
    tlog_vkey => log::vkey,
    wire_envelope => wire::envelope,
    wire_jcs => wire::jcs,
    wire_json => wire::json,
    wire_statement => wire::statement,
    wire_values => wire::values,
    world_apply => world::apply,
    world_order => world::order,
}

/// The target with this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}

#[cfg(test)]
mod tests;
