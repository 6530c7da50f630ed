//! Who belongs to the cooperative, and the rules that it begins under.

use anyhow::Context as _;
use comity_constitution::{Charter, MethodType, Nano, Parameters};
use comity_mesh::Role;

use super::missions;
use crate::cast::{Member, Seed, human, machine, members as four};

/// The sovereign with the constitution.
pub(super) const HOME: &str = "operator";
/// Its founder, who is not counted among the people below.
pub(super) const FOUNDER: &str = "ada-owner";
/// The machine that works for it.
pub(super) const WORKER: &str = "watcher";
/// Who holds shares of the committee's key.
pub(super) const COMMITTEE: [&str; 3] = ["vera", "will", "yara"];

/// Its people, in the order in which they were admitted.
pub(super) const PEOPLE: [&str; 24] = [
    "alma", "bent", "cleo", "dora", "emil", "finn", "gwen", "hugo", "ines", "jens", "kaja", "liam",
    "mira", "nils", "olga", "pete", "rosa", "sven", "tara", "ulla", "vera", "will", "yara", "zeno",
];
/// Its machines beside the one that works, with family, method and place. They come from elsewhere, as reviewers of the
/// worker must.
const MACHINES: [(&str, &str, MethodType, (&str, &str)); 2] = [
    ("scribe", "note-taker", MethodType::ReasoningModel, ("Elm School", "eu-east")),
    ("sorter", "file-sorter", MethodType::RetrievalAugmented, ("Canal Trust", "eu-west")),
];
const ORGANISATIONS: [&str; 7] = [
    "Bakers' Guild",
    "Canal Trust",
    "Dyke Society",
    "Elm School",
    "Ferry Union",
    "Granary Co-op",
    "Hill Clinic",
];
const REGIONS: [&str; 5] = ["eu-north", "eu-west", "eu-south", "eu-east", "eu-central"];
/// A reviewer of the review house who never answers.
const SILENT: &str = "absent-1";

/// The tour's parameters with other numbers: newcomers are trusted enough to vote and to propose, the committee is small, and a
/// machine whose claim fails loses everything at once.
pub(super) fn parameters() -> anyhow::Result<Parameters> {
    let mut file = crate::cast::parameters().to_file();
    "constitution-tour".clone_into(&mut file.name);
    file.trust.human.baseline = Nano::new(900_000_000);
    file.trust.machine.gamma = Nano::new(200_000_000);
    file.commitment.committee_n = 3;
    file.commitment.committee_t = 2;
    Parameters::new(file).context("the tour's parameters")
}

/// The small charter under the tour's name.
pub(super) fn charter() -> anyhow::Result<Charter> {
    let mut file = Charter::small().to_file();
    "constitution-tour".clone_into(&mut file.name);
    Charter::new(file).context("the tour's charter")
}

/// The tour's four, with the cooperative's people and machines, and a reviewer whose key nobody holds.
pub(super) fn members(seed: Seed, parameters: &Parameters) -> anyhow::Result<Vec<Member>> {
    let mut members = four(seed, parameters, missions::ORDERS);
    let mut member = |name: &str| {
        let found = members.iter_mut().position(|member| member.charter.name == name);
        found.with_context(|| format!("no member named {name}"))
    };
    let (home, house) = (member(HOME)?, member("reviewers")?);
    if let Some(home) = members.get_mut(home) {
        people(seed, home);
    }
    if let Some(house) = members.get_mut(house) {
        let absent = machine(SILENT, "sleeper", MethodType::RuleBasedDeterministic, Role::Reviewer);
        house.admit(&absent, &seed.key("reviewers", SILENT));
    }
    Ok(members)
}

fn people(seed: Seed, home: &mut Member) {
    let places = ORGANISATIONS.iter().cycle().zip(REGIONS.iter().cycle());
    for (name, (organisation, region)) in PEOPLE.iter().zip(places) {
        let key = seed.key(HOME, name);
        let mut person = human(name, Role::Reviewer);
        person.at = Some((organisation, region));
        home.admit(&person, &key);
        home.secrets.actors.push(key);
    }
    for (name, family, method, place) in MACHINES {
        let key = seed.key(HOME, name);
        let mut reviewer = machine(name, family, method, Role::Reviewer);
        reviewer.at = Some(place);
        home.admit(&reviewer, &key);
        home.secrets.actors.push(key);
    }
}
