//! The tour's four sovereigns: who they are, and keys that follow from a seed.
//!
//! Keys made from a seed are for showing and testing only: whoever knows the seed is everybody. `comity init` makes
//! real ones.

use comity_constitution::{MethodType, Parameters};
use comity_mesh::{ActorAdmitted, ActorKind, Role};
use comity_node::{Charter, Secrets};
use comity_sign::{IssuerSecret, SigningKey};
use comity_wire::sha256_concat;

/// Names of the four, in the order in which they are founded.
pub const NAMES: [&str; 4] = ["buyer", "operator", "reviewers", "ledger"];

/// One member of the cast.
#[derive(Debug)]
pub struct Member {
    /// What it is founded with.
    pub charter: Charter,
    /// Its keys.
    pub secrets: Secrets,
    /// Secret of its vault.
    pub vault: [u8; 32],
    /// Device keys, by machine number.
    pub devices: Vec<SigningKey>,
}

/// Makes everybody's keys follow from one seed.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub u64);

impl Seed {
    /// 32 bytes for `what` of `who`.
    pub fn bytes(self, who: &str, what: &str) -> [u8; 32] {
        let seed = self.0.to_be_bytes();
        let parts: [&[u8]; 5] =
            [b"comity-tour/v1\0", &seed, who.as_bytes(), b"\0", what.as_bytes()];
        *sha256_concat(&parts).as_bytes()
    }

    /// The signing key of `what` of `who`.
    pub fn key(self, who: &str, what: &str) -> SigningKey {
        SigningKey::from_seed(self.bytes(who, what))
    }
}

/// The parameters of the tour: the founding set, with one more demand. R1's two reviewers must differ in method too, so
/// that one re-executes and the other audits.
pub fn parameters() -> Parameters {
    let mut file = Parameters::founding().to_file();
    "tour".clone_into(&mut file.name);
    file.tiers.r1.min_method_types = 2;
    Parameters::new(file).expect("a stricter founding set keeps every relation")
}

/// The four, with as many machines at the operator as there are orders to come.
pub fn members(seed: Seed, parameters: &Parameters, machines: usize) -> Vec<Member> {
    NAMES.iter().map(|name| member(seed, parameters, name, machines)).collect()
}

fn member(seed: Seed, parameters: &Parameters, name: &str, machines: usize) -> Member {
    let (organisation, region) = home(name);
    let mut actors = Vec::new();
    let mut keys = Vec::new();
    for role in staff(name) {
        let key = seed.key(name, role.name);
        actors.push(role.admitted(&key, organisation, region));
        keys.push(key);
    }
    let count = if name == "operator" { machines } else { 0 };
    let devices: Vec<SigningKey> =
        (0..count).map(|index| seed.key(name, &format!("device {index}"))).collect();
    for (index, key) in devices.iter().enumerate() {
        let name = format!("device-{index}");
        let device = Actor { name: &name, ..DEVICE };
        actors.push(device.admitted(key, organisation, region));
    }
    let charter = Charter {
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        region: region.to_owned(),
        parameters: parameters.hash(),
        witnesses_min: 3,
        actors,
        accepts_treaties: true,
    };
    let secrets = Secrets {
        root: seed.key(name, "root"),
        authority: IssuerSecret::classical(seed.key(name, "authority")),
        actors: keys,
    };
    Member { charter, secrets, vault: seed.bytes(name, "vault"), devices }
}

fn home(name: &str) -> (&'static str, &'static str) {
    match name {
        "buyer" => ("Riverside Water Co-op", "eu-north"),
        "operator" => ("Harbour Plant", "eu-north"),
        "reviewers" => ("Three Lakes Review House", "eu-west"),
        _ => ("Common Ledger Society", "eu-central"),
    }
}

impl Member {
    /// Admits an actor of this member more, whose key is its own.
    pub(crate) fn admit(&mut self, actor: &Actor<'_>, key: &SigningKey) {
        let Charter { organisation, region, .. } = &self.charter;
        let admitted = actor.admitted(key, organisation, region);
        self.charter.actors.push(admitted);
    }
}

/// An actor in short form. Reviewers come from organisations and regions of their own.
#[derive(Clone, Copy)]
pub(crate) struct Actor<'a> {
    pub(crate) name: &'a str,
    kind: ActorKind,
    family: &'a str,
    method: MethodType,
    pub(crate) at: Option<(&'a str, &'a str)>,
    role: Role,
}

const DEVICE: Actor<'static> = Actor {
    name: "device",
    kind: ActorKind::Machine,
    family: "simulated-sensor",
    method: MethodType::RuleBasedDeterministic,
    at: None,
    role: Role::Device,
};

impl Actor<'_> {
    fn admitted(&self, key: &SigningKey, organisation: &str, region: &str) -> ActorAdmitted {
        let (organisation, region) = self.at.unwrap_or((organisation, region));
        ActorAdmitted {
            name: self.name.to_owned(),
            key: key.public().key_id(),
            actor: self.kind,
            model_family: self.family.to_owned(),
            method_type: self.method.name().to_owned(),
            organisation: organisation.to_owned(),
            region: region.to_owned(),
            roles: vec![self.role],
        }
    }
}

pub(crate) const fn human(name: &str, role: Role) -> Actor<'_> {
    let method = MethodType::HumanReviewer;
    Actor { name, kind: ActorKind::Human, family: "human", method, at: None, role }
}

pub(crate) const fn machine<'a>(
    name: &'a str,
    family: &'a str,
    method: MethodType,
    role: Role,
) -> Actor<'a> {
    Actor { name, kind: ActorKind::Machine, family, method, at: None, role }
}

fn staff(name: &str) -> Vec<Actor<'static>> {
    use MethodType::{ReasoningModel, RetrievalAugmented, RuleBasedDeterministic};
    let reviewer = |name, family, method, at| Actor {
        at: Some(at),
        ..machine(name, family, method, Role::Reviewer)
    };
    match name {
        "operator" => vec![
            human("ada-owner", Role::Owner),
            human("bo-gate", Role::Gate),
            machine("watcher", "band-watch", RuleBasedDeterministic, Role::Worker),
        ],
        "reviewers" => {
            let (lakes, fjord, delta) = (
                ("Three Lakes Review House", "eu-west"),
                ("Fjord Assurance", "eu-arctic"),
                ("Delta Audit Guild", "eu-south"),
            );
            vec![
                reviewer("rule-1", "replayer", RuleBasedDeterministic, lakes),
                reviewer("rule-2", "recounter", RuleBasedDeterministic, fjord),
                reviewer("audit-1", "sampler", RetrievalAugmented, delta),
                reviewer("audit-2", "drawer", RetrievalAugmented, lakes),
                reviewer("audit-3", "prober", ReasoningModel, fjord),
                reviewer("audit-4", "querist", ReasoningModel, delta),
            ]
        }
        _ => Vec::new(),
    }
}
