//! Who lives in the simulation: buyers, operators, a reviewer house, a ledger keeper, with keys from the seed.

use comity_constitution::{MethodType, Parameters};
use comity_mesh::{ActorAdmitted, ActorKind, Role};
use comity_node::{Charter, Secrets};
use comity_sign::{IssuerSecret, SigningKey};
use comity_wire::KeyId;

use crate::dice;

/// What a sovereign is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Buyer,
    Operator,
    House,
    Keeper,
}

/// One sovereign before it is founded.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) part: Part,
    pub(crate) charter: Charter,
    pub(crate) secrets: Secrets,
    pub(crate) vault: [u8; 32],
    /// Device keys, by machine number.
    pub(crate) devices: Vec<SigningKey>,
}

/// The founding parameters, with one more demand: R1's two reviewers differ in method, so that one re-executes and the
/// other audits.
pub(crate) fn parameters() -> Parameters {
    let mut file = Parameters::founding().to_file();
    "simulation".clone_into(&mut file.name);
    file.tiers.r1.min_method_types = 2;
    Parameters::new(file).expect("a stricter founding set keeps every relation")
}

/// A key of `who` for `what`.
pub(crate) fn key(seed: u64, who: &str, what: &str) -> SigningKey {
    SigningKey::from_seed(dice::bytes(seed, who, what))
}

/// Who reviews and judges, by name.
pub(crate) const REVIEWERS: [&str; 12] = [
    "rule-1", "rule-2", "audit-1", "audit-2", "audit-3", "audit-4", "human-1", "human-2",
    "human-3", "human-4", "human-5", "human-6",
];

/// The key id of a reviewer of the house.
pub(crate) fn reviewer(seed: u64, name: &str) -> KeyId {
    key(seed, "house-0", name).public().key_id()
}

/// Everybody, buyers first.
pub(crate) fn members(
    seed: u64,
    parameters: &Parameters,
    (buyers, operators): (usize, usize),
    machines: usize,
) -> Vec<Member> {
    let named = |part, what: &str, count: usize| {
        (0..count)
            .map(|number| member(seed, parameters, part, &format!("{what}-{number}"), machines))
            .collect::<Vec<_>>()
    };
    [
        named(Part::Buyer, "buyer", buyers),
        named(Part::Operator, "operator", operators),
        named(Part::House, "house", 1),
        named(Part::Keeper, "keeper", 1),
    ]
    .concat()
}

fn member(seed: u64, parameters: &Parameters, part: Part, name: &str, machines: usize) -> Member {
    let staff = staff(part);
    let keys: Vec<SigningKey> = staff.iter().map(|actor| key(seed, name, actor.name)).collect();
    let mut actors: Vec<ActorAdmitted> =
        staff.iter().zip(&keys).map(|(actor, key)| actor.admitted(key)).collect();
    let count = if part == Part::Operator { machines } else { 0 };
    let devices: Vec<SigningKey> =
        (0..count).map(|number| key(seed, name, &format!("device-{number}"))).collect();
    for (number, device) in devices.iter().enumerate() {
        let name = format!("device-{number}");
        let actor = machine(&name, "sensor", MethodType::RuleBasedDeterministic, Role::Device);
        actors.push(actor.admitted(device));
    }
    let charter = Charter {
        name: name.to_owned(),
        organisation: format!("Organisation of {name}"),
        region: "eu-north".to_owned(),
        parameters: parameters.hash(),
        witnesses_min: 3,
        actors,
        accepts_treaties: true,
    };
    let secrets = Secrets {
        root: key(seed, name, "root"),
        authority: IssuerSecret::classical(key(seed, name, "authority")),
        actors: keys,
    };
    Member { part, charter, secrets, vault: dice::bytes(seed, name, "vault"), devices }
}

#[derive(Clone, Copy)]
struct Actor<'a> {
    name: &'a str,
    kind: ActorKind,
    family: &'a str,
    method: MethodType,
    at: (&'a str, &'a str),
    role: Role,
}

impl Actor<'_> {
    fn admitted(&self, key: &SigningKey) -> ActorAdmitted {
        ActorAdmitted {
            name: self.name.to_owned(),
            key: key.public().key_id(),
            actor: self.kind,
            model_family: self.family.to_owned(),
            method_type: self.method.name().to_owned(),
            organisation: self.at.0.to_owned(),
            region: self.at.1.to_owned(),
            roles: vec![self.role],
        }
    }
}

const HOME: (&str, &str) = ("Harbour Plant", "eu-north");

const fn human(name: &str, role: Role) -> Actor<'_> {
    let (kind, method) = (ActorKind::Human, MethodType::HumanReviewer);
    Actor { name, kind, family: "human", method, at: HOME, role }
}

const fn machine<'a>(name: &'a str, family: &'a str, method: MethodType, role: Role) -> Actor<'a> {
    Actor { name, kind: ActorKind::Machine, family, method, at: HOME, role }
}

fn staff(part: Part) -> Vec<Actor<'static>> {
    use MethodType::{ReasoningModel, RetrievalAugmented, RuleBasedDeterministic};
    let reviewer =
        |name, family, method, at| Actor { at, ..machine(name, family, method, Role::Reviewer) };
    let judge = |name, at| Actor { at, ..human(name, Role::Reviewer) };
    match part {
        Part::Operator => vec![
            human("owner", Role::Owner),
            human("gate", Role::Gate),
            machine("watcher", "band-watch", RuleBasedDeterministic, Role::Worker),
        ],
        Part::House => {
            let (lakes, fjord, delta) = (
                ("Three Lakes", "eu-west"),
                ("Fjord Assurance", "eu-arctic"),
                ("Delta Audit", "eu-south"),
            );
            vec![
                reviewer("rule-1", "replayer", RuleBasedDeterministic, lakes),
                reviewer("rule-2", "recounter", RuleBasedDeterministic, fjord),
                reviewer("audit-1", "sampler", RetrievalAugmented, delta),
                reviewer("audit-2", "drawer", RetrievalAugmented, lakes),
                reviewer("audit-3", "prober", ReasoningModel, fjord),
                reviewer("audit-4", "querist", ReasoningModel, delta),
                judge("human-1", lakes),
                judge("human-2", fjord),
                judge("human-3", delta),
                judge("human-4", lakes),
                judge("human-5", fjord),
                judge("human-6", delta),
            ]
        }
        Part::Buyer | Part::Keeper => Vec::new(),
    }
}
