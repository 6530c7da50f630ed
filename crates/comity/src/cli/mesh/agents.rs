//! `comity mesh agents`: what nodes offer, and whom to ask for it.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, reach, workflow};
use comity_mesh::descriptor::{AgentDescriptor, AgentEndpoint, DescriptorCheck};
use comity_mesh::routing::{Offer, RouteStep, Search};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::args::{claim, claims, date, hours, now, remote};
use super::node::{self, Place};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::Exit;

/// What is done about agents.
#[derive(Debug, Subcommand)]
pub enum Agents {
    /// Say what a node offers, signed by the node
    Register(RegisterArgs),
    /// What is offered, by exact capability; descriptors that do not hold are said so
    List(ListArgs),
    /// Take a node's agent out of the registry
    Remove(RemoveArgs),
    /// Whom to ask for a capability: one's own agents and those of trusted sovereigns, one after the other
    ///
    /// Ends with status 0 if somebody is found, 1 if nobody is. The trail says who was left out or failed, and why.
    Route(RouteArgs),
}

/// An offer.
#[derive(Args, Clone, Debug)]
pub struct RegisterArgs {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// The agent's name
    #[arg(long, value_name = "ID")]
    pub agent: String,
    /// What it can do; repeatable
    #[arg(long = "capability", value_name = "TAG", required = true)]
    pub capabilities: Vec<String>,
    /// Name or address at which it answers
    #[arg(long)]
    pub host: String,
    /// Port at which it answers
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// How it answers
    #[arg(long, default_value = "ws", value_parser = ["ws", "wss"])]
    pub scheme: String,
    /// How long the offer stands, in hours
    #[arg(long, default_value_t = 24, value_parser = hours())]
    pub hours: u64,
    /// Anything else; repeatable
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    pub claims: Vec<(String, String)>,
}

/// What is asked of a registry.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Only those that offer exactly this
    #[arg(long, value_name = "TAG")]
    pub capability: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Who goes.
#[derive(Args, Clone, Debug)]
pub struct RemoveArgs {
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What is wanted, and of whom.
#[derive(Args, Clone, Debug)]
pub struct RouteArgs {
    /// The capability, exactly
    #[arg(value_name = "TAG")]
    pub capability: String,
    /// One's own authority: its registry, and its word on whom to trust
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Authority of another sovereign, whose agents count if one's own trusts it; repeatable
    #[arg(long = "peer", value_name = "URL")]
    pub peers: Vec<String>,
    /// Node key not to ask; repeatable
    #[arg(long = "exclude", value_name = "KEY")]
    pub excluded: Vec<String>,
    /// Knock at each door, and go on to the next if nobody opens
    #[arg(long)]
    pub probe: bool,
    /// Where the trail is written to
    #[arg(long, value_name = "FILE")]
    pub trail: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Agents {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Register(args) => args.place.json,
            Self::List(args) => args.json,
            Self::Remove(args) => args.place.json,
            Self::Route(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// An authority cannot be asked or refuses, or a file cannot be used.
pub fn run(verb: &Agents) -> anyhow::Result<Answer> {
    match verb {
        Agents::Register(args) => register(args),
        Agents::List(args) => list(args),
        Agents::Remove(args) => remove(args),
        Agents::Route(args) => route(args),
    }
}

fn register(args: &RegisterArgs) -> anyhow::Result<Answer> {
    let (node, certificate) = node::open(&args.place.dir)?;
    let (at, http, now) = (Endpoint::parse(&args.place.at)?, Http::default(), now());
    let descriptor = AgentDescriptor {
        agent_id: args.agent.clone(),
        node_public_key: node.public_key(),
        network_name: certificate.network_name,
        capabilities: args.capabilities.clone(),
        endpoint: AgentEndpoint {
            host: args.host.clone(),
            port: u64::from(args.port),
            scheme: args.scheme.clone(),
        },
        registered_at: now,
        expires_at: now.plus(i64::try_from(args.hours).unwrap_or(24) * 3600),
        metadata: claims(&args.claims),
        signatures: Vec::new(),
    };
    let descriptor = remote(&at, &http).register(&node, descriptor)?;
    if args.place.json {
        return Ok(Answer::done(pretty(&descriptor.write())));
    }
    let (agent, until) = (id(&descriptor.agent_id), date(descriptor.expires_at));
    let tags = id(&descriptor.capabilities.join(", "));
    Ok(Answer::done(format!("{agent} is registered until {until}\n  offers  {tags}\n")))
}

fn list(args: &ListArgs) -> anyhow::Result<Answer> {
    let (at, http, now) = (Endpoint::parse(&args.at)?, Http::default(), now());
    let remote = remote(&at, &http);
    let identity = Identity::read(&remote, None, now)?;
    let (mut agents, odd) = remote.agents(args.capability.as_deref())?;
    // A registry of the reference takes `_` and `%` for wildcards.
    agents.retain(|agent| {
        args.capability.as_ref().is_none_or(|tag| agent.capabilities.contains(tag))
    });
    let holds = |agent: &AgentDescriptor| {
        agent.verify(&DescriptorCheck::listed(&identity.sovereign_id, now))
    };
    if args.json {
        let rows = agents.iter().map(|agent| {
            let reason = holds(agent).err().map_or("valid", |reason| reason.as_str());
            Value::from([("agent", agent.write()), ("reason", Value::from(reason))])
        });
        let document = Value::from([
            ("agents", Value::List(rows.collect())),
            ("not_descriptors", Value::from(u64::try_from(odd).unwrap_or(u64::MAX))),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    let mut text = String::new();
    for agent in &agents {
        let reason = holds(agent).err().map_or("", |reason| reason.as_str());
        let (name, uri) = (id(&agent.agent_id), id(&agent.endpoint.to_uri()));
        let mark = if reason.is_empty() { String::new() } else { format!("  NOT VALID: {reason}") };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:<20} {uri}{mark}\n  offers  {}",
            id(&agent.capabilities.join(", "))
        );
        let _ = writeln!(text, "  node    {}", id(&agent.node_public_key));
    }
    if agents.is_empty() {
        text.push_str("nobody\n");
    }
    Ok(Answer::done(text))
}

fn remove(args: &RemoveArgs) -> anyhow::Result<Answer> {
    let (node, _) = node::open(&args.place.dir)?;
    let (at, http) = (Endpoint::parse(&args.place.at)?, Http::default());
    remote(&at, &http).deregister(&node, now())?;
    if args.place.json {
        let document = Value::from([("status", Value::from("deregistered"))]);
        return Ok(Answer::done(pretty(&document)));
    }
    Ok(Answer::done(format!("the node offers nothing any more at {at}\n")))
}

fn route(args: &RouteArgs) -> anyhow::Result<Answer> {
    let (own_at, http, at) = (Endpoint::parse(&args.at)?, Http::default(), now());
    let own = remote(&own_at, &http);
    let identity = Identity::read(&own, None, at)?;
    let mut offers = Vec::new();
    let mut odd = 0;
    let mut take = |found: (Vec<AgentDescriptor>, usize), sovereign: &str, is_trusted| {
        odd += found.1;
        offers.extend(found.0.into_iter().map(|descriptor| Offer {
            descriptor,
            sovereign_id: sovereign.to_owned(),
            is_trusted,
        }));
    };
    take(own.agents(Some(&args.capability))?, &identity.sovereign_id, true);
    for peer in &args.peers {
        let peer = Endpoint::parse(peer)?;
        let theirs = remote(&peer, &http);
        let peer_identity = Identity::read(&theirs, None, at)?;
        let path = workflow::path(&own, &identity.sovereign_id, &peer_identity.sovereign_id)?;
        take(theirs.agents(Some(&args.capability))?, &peer_identity.sovereign_id, path.trusted);
    }
    let mut search = Search::new(&args.capability, offers, &args.excluded, at);
    let found = settle(&mut search, args.probe);
    let trail = search.trail().to_vec();
    let document = Value::from([
        ("capability", Value::from(args.capability.as_str())),
        ("not_descriptors", Value::from(u64::try_from(odd).unwrap_or(u64::MAX))),
        ("provider", found.as_ref().map_or(Value::Null, |offer| offer.descriptor.write())),
        ("sovereign_id", found.as_ref().map_or(Value::Null, |it| it.sovereign_id.write())),
        ("trail", trail.write()),
    ]);
    if let Some(path) = &args.trail {
        super::args::write(path, &document)?;
    }
    let exit = if found.is_some() { Exit::Done } else { Exit::Refused };
    let text = if args.json { pretty(&document) } else { told(found.as_ref(), &trail) };
    Ok(Answer { text, exit })
}

/// Goes through the candidates until one is found.
fn settle(search: &mut Search, is_probed: bool) -> Option<Offer> {
    loop {
        let at: Datetime = now();
        let endpoint = search.propose(at)?.descriptor.endpoint.clone();
        if !is_probed {
            return search.reached(at);
        }
        let port = u16::try_from(endpoint.port).unwrap_or(0);
        match reach(&endpoint.host, port) {
            Ok(()) => return search.reached(now()),
            Err(why) => search.failed(&why.to_string(), now()),
        }
    }
}

fn told(found: Option<&Offer>, trail: &[RouteStep]) -> String {
    let mut text = match found {
        Some(Offer { descriptor, sovereign_id, .. }) => format!(
            "{} of {}\n  at      {}\n  node    {}\n",
            id(&descriptor.agent_id),
            id(sovereign_id),
            id(&descriptor.endpoint.to_uri()),
            id(&descriptor.node_public_key),
        ),
        None => "nobody\n".to_owned(),
    };
    for step in trail.iter().filter(|step| !step.detail.is_empty()) {
        let (agent, detail) = (id(&step.agent), id(&step.detail));
        let _ =
            writeln!(text, "  {:<9} {agent} of {}: {detail}", step.action, id(&step.sovereign_id));
    }
    text
}
