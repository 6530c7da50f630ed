//! `comity actor` and `comity constitution` over a home: what people state is in the record, and a refusal changes nothing.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use comity_constitution::{Nano, ParameterFile, Parameters};
use serde_json::Value;

use crate::program::{Place, Ran, files};

const PEOPLE: [&str; 4] = ["ada", "alma", "bent", "cleo"];

/// Parameters under which newcomers may propose, with a change to them.
pub(crate) fn parameters(edit: impl FnOnce(&mut ParameterFile)) -> String {
    let mut file = Parameters::founding().to_file();
    file.trust.human.baseline = Nano::new(900_000_000);
    file.commitment.committee_n = 3;
    file.commitment.committee_t = 2;
    edit(&mut file);
    String::from_utf8(Parameters::new(file).unwrap().bytes().to_vec()).unwrap()
}

/// A home in which four people live, whose founder is the first.
pub(crate) struct Town {
    pub(crate) place: Place,
}

impl Town {
    fn peopled() -> Self {
        Self::peopled_under(&parameters(|_| {}))
    }

    fn peopled_under(parameters: &str) -> Self {
        let town = Self { place: Place::empty() };
        town.place.write("parameters.json", parameters);
        town.place.write("reasons", "because");
        let names = ["--name", "co-op", "--organisation", "Co-op", "--region", "eu-north"];
        let more = ["--parameters", "parameters.json", "--passphrase-file", "pass"];
        let words = ["init", "--home", "home", "--work-factor", "2"];
        town.place.run(&[&words[..], &names, &more].concat()).good();
        for name in PEOPLE {
            town.admit(&["--name", name, "--role", "reviewer"]).good();
        }
        town
    }

    fn founded() -> Self {
        Self::peopled().with_constitution()
    }

    /// Founded under these parameters.
    pub(crate) fn founded_under(parameters: &str) -> Self {
        Self::peopled_under(parameters).with_constitution()
    }

    fn with_constitution(self) -> Self {
        self.found(&PEOPLE);
        self
    }

    /// Has these verified.
    fn found(&self, people: &[&str]) {
        self.say(&["found", "--founder", "ada", "--small"]).good();
        for name in people {
            let until = comity::home::clock::now().wall.plus(86_400).to_string();
            self.say(&["identify", name, "--until", &until]).good();
        }
    }

    fn write_proposal(&self) {
        let text = parameters(|file| file.trust.delta_fast = Nano::new(18_000_000));
        self.place.write("slower.json", &text);
    }

    fn admit(&self, words: &[&str]) -> Ran {
        self.place.speak("home", &[&["actor", "admit", "--work-factor", "2"], words].concat())
    }

    fn say(&self, words: &[&str]) -> Ran {
        self.place.speak("home", &[&["constitution"], words].concat())
    }

    pub(crate) fn show(&self) -> Value {
        self.place.run(&["constitution", "show", "--home", "home", "--json"]).document()
    }

    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        files(&self.place.path("home"), &mut found);
        found
    }

    /// A proposal by alma: its id.
    fn proposed(&self) -> String {
        self.write_proposal();
        self.propose()
    }

    /// The same when that change is in force already: back to the parameters of the genesis.
    fn proposed_again(&self) -> String {
        self.place.write("slower.json", &parameters(|_| {}));
        self.propose()
    }

    fn propose(&self) -> String {
        let words = ["propose", "slower.json", "--as", "alma", "--reasons", "reasons", "--json"];
        self.say(&words).document()["statement"].as_str().unwrap().to_owned()
    }

    /// What the rules or the program refuse; nothing in the home has changed.
    fn refused(&self, words: &[&str], status: i32, code: &str) {
        let before = self.bytes();
        self.say(words).refused(status, code);
        assert!(self.bytes() == before, "{words:?} changed the home");
    }
}

#[test]
fn people_and_machines_are_admitted_with_keys_here_or_elsewhere() {
    let town = Town::peopled();
    let key = town.place.path("home/actors/alma.age");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let held = comity_keyfile::load(&key, "correct horse").unwrap();
    let public = comity_sign::SigningKey::from_seed(*held.key("actor").unwrap()).public().key_id();
    let status = town.place.run(&["status", "--home", "home", "--json"]).document();
    let actors = status["actors"].as_array().unwrap().clone();
    let alma = actors.iter().find(|actor| actor["name"] == "alma").unwrap();
    assert_eq!((&alma["key"], &alma["kind"]), (&public.as_str().into(), &"human".into()));

    let away = comity_sign::SigningKey::from_seed([7; 32]).public().key_id();
    let machine = ["--name", "Scribe 1", "--role", "worker", "--machine", "--family", "note-taker"];
    let machine = [&machine[..], &["--method", "reasoning_model", "--key", away.as_str()]].concat();
    let said = town.admit(&machine).good();
    assert!(said.starts_with("Scribe 1 is admitted\n") && said.contains(away.as_str()), "{said}");
    assert!(said.lines().all(|line| line.len() <= 80), "{said}");

    let before = town.bytes();
    town.admit(&["--name", "alma", "--role", "owner"]).refused(1, "mesh.key_taken");
    town.admit(&["--name", "Alma", "--role", "owner"]).refused(2, "comity.actor_name");
    town.admit(&[&machine[..], &["--region", "eu-west"]].concat()).refused(1, "mesh.key_taken");
    let wrong = ["--name", "dora", "--role", "owner", "--key", "did:key:z6Mk"];
    town.admit(&wrong).refused(1, "sign.not_a_did_key");
    // A refused admission keeps no key.
    town.admit(&["--name", "dora", "--role", "device"]).refused(1, "mesh.role_not_allowed");
    assert!(town.bytes() == before);
}

#[test]
fn a_constitution_is_founded_and_a_proposal_sponsored() {
    let town = Town::founded();
    let shown = town.show();
    assert_eq!((&shown["phase"], &shown["tier"]), (&"G0".into(), &"C0".into()));
    assert_eq!((&shown["founder"], &shown["name"]), (&"ada".into(), &"co-op".into()));

    let proposal = town.proposed();
    town.refused(
        &["sponsor", &proposal, "--as", "alma"],
        1,
        "constitution.amendment_sponsored_twice",
    );
    town.refused(&["sponsor", &proposal, "--as", "dora"], 2, "comity.no_actor_key");
    town.refused(&["vote", &proposal, "yes", "--as", "bent"], 1, "comity.nobody_sits");
    town.refused(
        &["withdraw", &proposal, "--as", "bent"],
        1,
        "constitution.amendment_not_proposer",
    );
    town.say(&["sponsor", &proposal, "--as", "bent"]).good();
    let shown = town.show();
    let found = &shown["amendments"][0];
    assert_eq!((&found["id"], &found["stage"]), (&proposal.as_str().into(), &"proposed".into()));
    assert_eq!(found["sponsors"], serde_json::json!(["alma", "bent"]));
    let text = town.place.run(&["constitution", "show", "--home", "home"]).good();
    assert!(text.contains(&proposal) && text.contains("sponsors  2 of 2"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");

    town.refused(
        &["veto", &proposal, "--as", "bent", "--reasons", "reasons"],
        1,
        "constitution.phase_not_founder",
    );
    town.say(&["veto", &proposal, "--as", "ada", "--reasons", "reasons"]).good();
    assert_eq!(town.show()["amendments"], serde_json::json!([]));
}

#[test]
fn a_case_is_opened_and_answered_and_nobody_judges_before_a_panel_sits() {
    let town = Town::founded();
    let until = comity::home::clock::now().wall.plus(2 * 86_400).to_string();
    let stated = town.say(&["identify", "cleo", "--until", &until, "--json"]).document();
    let about = stated["statement"].as_str().unwrap();
    let more = ["--ground", "identity_misjudged", "--evidence", "reasons", "--respondent"];
    let open = |by, respondent| {
        [&["appeal", "open", about, "--as", by][..], &more, &[respondent]].concat()
    };
    town.refused(&open("bent", "dora"), 2, "comity.no_actor");
    town.refused(&open("bent", "bent"), 1, "constitution.appeal_respondents");
    let said = town.say(&open("bent", "ada")).good();
    assert!(said.starts_with("the case is open\n  id  "), "{said}");
    town.refused(&open("alma", "ada"), 1, "constitution.appeal_heard_already");

    let shown = town.show();
    let case = shown["cases"][0]["id"].as_str().unwrap();
    assert_eq!(shown["cases"][0]["standing"], "open for responses");
    let judge = ["appeal", "judge", case, "upheld", "--code", "evidence_supports"];
    let judge = [&judge[..], &["--reason", "so it is", "--as", "alma"]].concat();
    town.refused(&judge, 1, "comity.nobody_sits");
    let respond = ["appeal", "respond", case, "--text", "reasons", "--as"];
    town.refused(&[&respond[..], &["alma"]].concat(), 1, "constitution.appeal_not_party");
    town.say(&[&respond[..], &["ada"]].concat()).good();
    let again = ["appeal", "again", case, "--reasons", "reasons", "--as", "bent"];
    town.refused(&again, 1, "constitution.appeal_wrong_stage");
    town.refused(&["endorse", case, "--as", "alma"], 1, "trust.not_open");
}

/// A receipt of a chain that nobody has to ask.
const RECEIPT: &str = r#"{
    "block_hash": "0x39737a58d60b4ef57f8fee268094b08c5b95ddb9a779249a3906dc168f1ef08e",
    "block_number": 66,
    "block_time": 1795317006,
    "chain": "eip155:31337",
    "commitment": "2b18650565b7183106092179e2a534ad1ee771d2892a93210ff229fb5f58b312",
    "contract": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    "epoch": 29921916,
    "key_epoch": 1,
    "kind": "decision",
    "log_index": 0,
    "number": 0,
    "parameters": "274224a1d399d547adc690c1d87b6331da6fd9feb051c64aa6819cd289ae5c62",
    "previous": "ab5dbf731e07d7f2c6ed2418a85b1bd4773029df4717b9d148f2125438a0fecc",
    "transaction": "0x36347901f68c88bba538e868dc0159ac2f87d6ea309ff4a00f3088c839f10c5d"
}"#;

#[test]
fn what_is_due_on_a_chain_is_written_and_nothing_else_is_taken_as_anchored() {
    let town = Town::founded();
    let said = town.say(&["anchors", "--out", "due"]).good();
    assert_eq!(said, "no committee has a key\n");
    town.place.write("receipt.json", RECEIPT);
    town.refused(&["anchored", "receipt.json"], 1, "comity.anchor_not_due");
    let plan = ["committee", "plan", "--member", "alma", "--member", "bent", "--member", "cleo"];
    town.refused(&plan, 1, "commitment.no_member_key");
    town.say(&["committee", "offer", "--as", "alma"]).good();
    town.refused(&plan[..4], 1, "commitment.other_quorum");
}

#[test]
fn a_founder_decides_in_g0_and_nobody_else_does() {
    let town = Town::founded();
    town.refused(&["decide", "reasons", "--as", "alma"], 1, "constitution.phase_not_founder");
    town.write_proposal();
    let decide = ["decide", "reasons", "--rules", "slower.json", "--as", "ada", "--json"];
    let decision = town.say(&decide).document()["statement"].clone();
    let shown = town.show();
    let found = &shown["decisions"][0];
    assert_eq!((&found["id"], &found["standing"]), (&decision, &"provisional".into()));
    let slower = std::fs::read(town.place.path("slower.json")).unwrap();
    assert_eq!(shown["parameters"], comity_wire::sha256(&slower).to_string(), "in force at once");
    let proposal = town.proposed_again();
    town.say(&["withdraw", &proposal, "--as", "alma"]).good();
    assert_eq!(town.show()["amendments"], serde_json::json!([]));
    let all = town.place.run(&["constitution", "show", "--home", "home", "--all"]).good();
    assert!(all.contains(&proposal) && all.contains("withdrawn, ordinary, by alma"), "{all}");
}

#[test]
fn who_keeps_a_key_elsewhere_signs_over_a_copy_and_submits() {
    let town = Town::peopled();
    let place = &town.place;
    let key = |name: &str| {
        let (out, pass) = (format!("{name}.age"), ["--passphrase-file", "pass"]);
        let words = ["actor", "key", "--name", name, "--out", &out, "--work-factor", "2"];
        place.run(&[&words[..], &pass].concat()).good().trim().to_owned()
    };
    let (dora, _) = (key("dora"), key("stranger"));
    town.admit(&["--name", "Dora", "--role", "reviewer", "--key", &dora]).good();
    town.found(&["alma", "Dora"]);
    place.copy("home", "copy");
    std::fs::remove_file(place.path("copy/keys.age")).unwrap();
    std::fs::remove_dir_all(place.path("copy/actors")).unwrap();

    let sign = |words: &[&str], out: &str, key: &str| {
        let away = ["--home", "copy", "--passphrase-file", "pass", "--key", key, "--out", out];
        place.run(&[&["constitution"], words, &away].concat())
    };
    town.write_proposal();
    let propose = ["propose", "slower.json", "--reasons", "reasons"];
    sign(&propose, "other.json", "stranger.age").refused(1, "node.not_by_actor");
    assert!(!place.path("other.json").exists());
    let said = sign(&propose, "proposal.json", "dora.age").good();
    assert!(said.starts_with("signed, to be submitted: proposal.json\n  id  "), "{said}");
    assert_eq!(town.show()["amendments"], serde_json::json!([]));

    town.refused(&["submit", "reasons"], 1, "wire.not_canonical");
    let submit = ["submit", "proposal.json"];
    town.refused(&submit, 1, "constitution.amendment_file_unknown");
    let submit = ["submit", "proposal.json", "--rules", "slower.json"];
    let said = town.say(&submit).good();
    assert!(said.starts_with("stated\n  constitution/proposed\n"), "{said}");
    assert_eq!(town.show()["amendments"][0]["proposer"], "Dora");
    town.refused(&submit, 1, "replay.repeated");

    let id = town.show()["amendments"][0]["id"].as_str().unwrap().to_owned();
    town.place.copy("home", "copy");
    sign(&["withdraw", &id], "withdrawal.json", "dora.age").good();
    // Dates are whole seconds.
    let signed = comity::home::clock::now().wall;
    while comity::home::clock::now().wall <= signed {
        town.show();
    }
    town.say(&["sponsor", &id, "--as", "alma"]).good();
    town.refused(&["submit", "withdrawal.json"], 1, "replay.time_backwards");
}

#[test]
fn any_other_fact_is_stated_by_kind_and_body() {
    let town = Town::peopled();
    town.refused(&["found", "--founder", "dora", "--small"], 2, "comity.no_actor");
    town.say(&["found", "--founder", "ada"]).good();
    town.refused(&["found", "--founder", "bent"], 1, "constitution.founded_twice");
    town.place.write("away", "{\"on_leave\": true}");
    town.place.write("odd", "{\"on_leave\": 1}");
    let kind = "comity:constitution/leave_changed/v1";
    town.refused(&["state", kind, "odd", "--as", "alma"], 2, "comity.fact_body");
    town.refused(&["state", "comity:mesh/genesis/v1", "away"], 2, "comity.fact_kind");
    town.refused(&["state", kind, "away"], 1, "constitution.not_in_person");
    let said = town.say(&["state", kind, "away", "--as", "alma", "--json"]).document();
    let stated = said["stated"].as_array().unwrap();
    assert!(stated.iter().any(|it| it["kind"] == kind && it["id"] == said["statement"]), "{said}");
    town.place.write("back", "{\"on_leave\": false}");
    town.refused(&["state", kind, "back", "--as", "bent"], 1, "constitution.leave_unchanged");
    // An hour may end in between, and with it an epoch.
    let said = town.say(&["clerk"]).good();
    assert!(said == "nothing is due\n" || said.starts_with("stated\n  commitment/"), "{said}");
}
