//! `comity mesh`: what operators do with network authorities over HTTP.
//!
//! Both implementations of the protocol are asked the same way. Requests that change something carry an operator's
//! signature; `--admin-version 1` is for authorities that know nothing newer.

pub mod agents;
pub mod args;
pub mod assets;
pub mod atlas;
pub mod attest;
pub mod bootstrap;
pub mod bundle;
pub mod case;
pub mod check;
pub mod endpoint_check;
pub mod import;
pub mod local;
pub mod map;
pub mod node;
pub mod onboard;
pub mod operator;
pub mod overlay;
pub mod package;
pub mod partner;
pub mod path;
pub mod proof;
pub mod recognise;
pub mod refused;
pub mod revoke;
pub mod show;
pub mod treaties;
pub mod verify;

use clap::Subcommand;

use super::Answer;
use crate::fail::Fail;

/// Network authorities: recognise, attest, revoke, import, and ask who trusts whom
#[derive(Debug, Subcommand)]
pub enum Mesh {
    /// Verbs about who answers at an address.
    Show(show::ShowArgs),
    /// Verbs that make trust.
    Recognise(recognise::RecogniseArgs),
    /// Says that somebody belongs to a sovereign.
    Attest(attest::AttestArgs),
    /// Take back a treaty or an attestation
    #[command(subcommand)]
    Revoke(revoke::Revoke),
    /// Hands a feed on.
    Import(import::ImportArgs),
    /// Asks for a path.
    Path(path::PathArgs),
    /// Asks about an attestation.
    Check(check::CheckArgs),
    /// Asks nobody.
    Verify(verify::VerifyArgs),
    /// Treaties of an authority: list, show, renew, replace
    #[command(subcommand)]
    Treaties(treaties::Treaties),
    /// What other authorities publish, in one's own atlas: import, archive
    #[command(subcommand)]
    Atlas(atlas::Atlas),
    /// Trust bundles: export, inspect, validate, import
    #[command(subcommand)]
    Bundle(bundle::Bundle),
    /// Proofs that recognition and revocation work between two sovereigns: run, inspect
    #[command(subcommand)]
    Proof(proof::Proof),
    /// Nodes of a sovereign: invite, join, heartbeat, renew, revoke
    #[command(subcommand)]
    Node(Box<node::NodeVerb>),
    /// Announcements of sovereigns: announce, merge, lookup
    #[command(subcommand)]
    Overlay(Box<overlay::Overlay>),
    /// Agents of nodes: register, list, remove, route
    #[command(subcommand)]
    Agents(Box<agents::Agents>),
    /// Looks, previews, issues, looks again.
    Bootstrap(Box<bootstrap::BootstrapArgs>),
    /// Operators: heartbeat, offline, status, deliver
    #[command(subcommand)]
    Operator(Box<operator::Operator>),
    /// A new operator's checklist: run, verify, publish
    #[command(subcommand)]
    Onboard(Box<onboard::Onboard>),
    /// Draws the recognition map.
    Map(map::MapArgs),
    /// Looks at endpoints.
    EndpointCheck(endpoint_check::EndpointCheckArgs),
    /// Assets and digital twins behind a sovereign: publish, list
    #[command(subcommand)]
    Assets(Box<assets::Assets>),
    /// Packages for clients: vouch, make, verify
    #[command(subcommand)]
    Package(Box<package::Package>),
    /// Case files: open, exhibit, claim, notice, response, escalate, show, verify, export
    #[command(subcommand)]
    Case(Box<case::Case>),
    /// Managing partners: key, grant, accept, note, show, end, verify
    #[command(subcommand)]
    Partner(Box<partner::Partner>),
}

impl Mesh {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// [`Fail`] with a stable code.
    pub fn run(&self) -> Result<Answer, Fail> {
        Ok(match self {
            Self::Show(args) => show::run(args)?,
            Self::Recognise(args) => recognise::run(args)?,
            Self::Attest(args) => attest::run(args)?,
            Self::Revoke(verb) => revoke::run(verb)?,
            Self::Import(args) => import::run(args)?,
            Self::Path(args) => path::run(args)?,
            Self::Check(args) => check::run(args)?,
            Self::Verify(args) => verify::run(args)?,
            Self::Treaties(verb) => treaties::run(verb)?,
            Self::Atlas(verb) => atlas::run(verb)?,
            Self::Bundle(verb) => bundle::run(verb)?,
            Self::Proof(verb) => proof::run(verb)?,
            Self::Node(verb) => node::run(verb)?,
            Self::Overlay(verb) => overlay::run(verb)?,
            Self::Agents(verb) => agents::run(verb)?,
            Self::Bootstrap(args) => bootstrap::run(args)?,
            Self::Operator(verb) => operator::run(verb)?,
            Self::Onboard(verb) => onboard::run(verb)?,
            Self::Map(args) => map::run(args)?,
            Self::EndpointCheck(args) => endpoint_check::run(args)?,
            Self::Assets(verb) => assets::run(verb)?,
            Self::Package(verb) => package::run(verb)?,
            Self::Case(verb) => case::run(verb)?,
            Self::Partner(verb) => partner::run(verb)?,
        })
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Show(args) => args.json,
            Self::Recognise(args) => args.json,
            Self::Attest(args) => args.json,
            Self::Revoke(verb) => verb.is_json(),
            Self::Import(args) => args.json,
            Self::Path(args) => args.json,
            Self::Check(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Treaties(verb) => verb.is_json(),
            Self::Atlas(verb) => verb.is_json(),
            Self::Bundle(verb) => verb.is_json(),
            Self::Proof(verb) => verb.is_json(),
            Self::Node(verb) => verb.is_json(),
            Self::Overlay(verb) => verb.is_json(),
            Self::Agents(verb) => verb.is_json(),
            Self::Bootstrap(args) => args.json,
            Self::Operator(verb) => verb.is_json(),
            Self::Onboard(verb) => verb.is_json(),
            Self::Map(args) => args.json,
            Self::EndpointCheck(args) => args.json,
            Self::Assets(verb) => verb.is_json(),
            Self::Package(verb) => verb.is_json(),
            Self::Case(verb) => verb.is_json(),
            Self::Partner(verb) => verb.is_json(),
        }
    }
}
