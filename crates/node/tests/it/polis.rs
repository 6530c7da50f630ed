//! One sovereign with people, small chambers and a constitution to be founded, in one node.

use comity_constitution::facts::{Founded, IdentityVerified};
use comity_constitution::{
    Charter, ConstitutionFact, Nano, ParameterFile, Parameters, Polity, RuleFile,
};
use comity_mesh::{ActorAdmitted, ActorKind, Role};
use comity_node::{By, Command, Effect, Fact, Input, Node, NodeError, Now, Secrets};
use comity_sign::{IssuerSecret, SigningKey};
use comity_wire::{KeyId, SovereignId, StatementId, Time, sha256};

pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;
pub(crate) const PEOPLE: usize = 24;

/// The node, its clock, and what its shell has made durable.
#[derive(Debug)]
pub(crate) struct Polis {
    pub(crate) node: Node,
    pub(crate) now: i64,
    pub(crate) record: Vec<Vec<u8>>,
    /// Codes of what its duties were refused.
    pub(crate) refused: Vec<&'static str>,
    /// Files of rules that the shell keeps.
    rules: Vec<RuleFile>,
    /// Whether the node is opened again from its record before each tick.
    pub(crate) reopens: bool,
    /// Actors whose keys live elsewhere.
    pub(crate) without: Vec<String>,
}

pub(crate) fn person(number: usize) -> String {
    format!("person {number}")
}

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(*sha256(name.as_bytes()).as_bytes())
}

pub(crate) fn key_id(name: &str) -> KeyId {
    key(name).public().key_id()
}

pub(crate) fn actor(name: &str) -> By {
    By::Actor(key_id(name))
}

/// The founding parameters, under which newcomers are trusted enough to vote and to propose.
pub(crate) fn trusting() -> Parameters {
    changed(&Parameters::founding(), |file| {
        file.trust.human.baseline = Nano::new(900_000_000);
        file.commitment.committee_n = 3;
        file.commitment.committee_t = 2;
    })
}

pub(crate) fn changed(from: &Parameters, edit: impl FnOnce(&mut ParameterFile)) -> Parameters {
    let mut file = from.to_file();
    edit(&mut file);
    Parameters::new(file).unwrap()
}

fn admitted(name: &str, number: usize, actor: ActorKind) -> ActorAdmitted {
    let is_human = actor == ActorKind::Human;
    let (family, method) =
        if is_human { ("human", "human_reviewer") } else { ("engine", "reasoning_model") };
    ActorAdmitted {
        name: name.to_owned(),
        key: key_id(name),
        actor,
        model_family: family.to_owned(),
        method_type: method.to_owned(),
        organisation: format!("org {}", number % 7),
        region: format!("region {}", number % 5),
        roles: vec![match name {
            "founder" => Role::Owner,
            "robot" => Role::Worker,
            _ => Role::Reviewer,
        }],
    }
}

fn names() -> Vec<String> {
    (0..PEOPLE).map(person).chain(["founder".to_owned(), "robot".to_owned()]).collect()
}

fn open(record: &[Vec<u8>], rules: &[RuleFile], without: &[String]) -> Node {
    let kind = |name: &str| if name == "robot" { ActorKind::Machine } else { ActorKind::Human };
    let names = names();
    let actors = names.iter().enumerate();
    let actors = actors.map(|(number, name)| admitted(name, number, kind(name)));
    let charter = comity_node::Charter {
        name: "polis".to_owned(),
        organisation: "polis ltd".to_owned(),
        region: "eu-north".to_owned(),
        parameters: trusting().hash(),
        witnesses_min: 0,
        actors: actors.collect(),
        accepts_treaties: false,
    };
    let secrets = Secrets {
        root: key("polis root"),
        authority: IssuerSecret::classical(key("polis authority")),
        actors: names.iter().filter(|name| !without.contains(name)).map(|name| key(name)).collect(),
    };
    Node::open(charter, secrets, rules.iter().cloned(), record, []).unwrap()
}

impl Polis {
    /// A genesis and its actors, and nothing constitutional.
    pub(crate) fn peopled() -> Self {
        let rules: Vec<RuleFile> = vec![trusting().into(), Charter::small().into()];
        let mut polis = Self {
            node: open(&[], &rules, &[]),
            now: 1_767_225_600,
            record: Vec::new(),
            refused: Vec::new(),
            rules,
            reopens: false,
            without: Vec::new(),
        };
        polis.tick();
        polis
    }

    /// Founded, and everybody's identity verified; counted at the next epoch.
    pub(crate) fn founded() -> Self {
        let mut polis = Self::peopled();
        let founded = Founded { charter: Charter::small().hash(), founder: key_id("founder") };
        polis.say(By::Authority, founded).unwrap();
        for number in 0..PEOPLE {
            let until = Time::from_unix(polis.now + 300 * DAY);
            let actor = key_id(&person(number));
            polis.say(By::Authority, IdentityVerified { actor, until }).unwrap();
        }
        polis
    }

    pub(crate) fn clock(&self) -> Now {
        let wall = Time::from_unix(self.now);
        Now { wall, mono_ms: u64::try_from(self.now).unwrap() * 1000 }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append(envelopes) => self.record.extend(envelopes),
                Effect::Refused { code, .. } => self.refused.push(code),
                Effect::Send(_) | Effect::Witness(_) | Effect::Run(_) => {}
            }
        }
    }

    pub(crate) fn tick(&mut self) {
        if self.reopens {
            self.reopen();
        }
        self.feed(Input::Tick);
    }

    pub(crate) fn feed(&mut self, input: Input) {
        let effects = self.node.step(self.clock(), input);
        self.carry_out(effects);
    }

    /// A node over the same record, without the keys of some.
    pub(crate) fn open(&self, without: &[String]) -> Node {
        open(&self.record, &self.rules, without)
    }

    pub(crate) fn reopen(&mut self) {
        self.node = self.open(&self.without);
    }

    pub(crate) fn next_epoch(&mut self) {
        self.now += HOUR - self.now.rem_euclid(HOUR);
        self.tick();
    }

    pub(crate) fn learn(&mut self, file: RuleFile) {
        self.rules.push(file.clone());
        self.node.learn(file);
    }

    pub(crate) fn command(&mut self, command: Command) -> Result<StatementId, NodeError> {
        self.now += 1;
        let (id, effects) = self.node.command(self.clock(), command)?;
        self.carry_out(effects);
        Ok(id)
    }

    pub(crate) fn act(&mut self, by: By, fact: impl Into<Fact>) -> Result<StatementId, NodeError> {
        self.command(Command::act(by, fact))
    }

    pub(crate) fn say(
        &mut self,
        by: By,
        fact: impl Into<ConstitutionFact>,
    ) -> Result<StatementId, NodeError> {
        self.act(by, fact.into())
    }

    pub(crate) fn id(&self) -> SovereignId {
        self.node.id().unwrap()
    }

    pub(crate) fn polity(&self) -> &Polity {
        self.node.world().polity(self.id()).unwrap()
    }
}
