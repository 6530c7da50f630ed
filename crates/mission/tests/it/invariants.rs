//! The invariants of the threat model that are this room's, each by its number.

use comity_constitution::{DomainType, MethodType, RiskTier};
use comity_mission::facts::{Decision, EvidenceOfTrust, Integrated, Judgement, TaskId};
use comity_mission::{ActorInfo, Axis, MissionError, MissionFact, Shortfall};
use comity_wire::Digest;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use serde_json::value::RawValue;

use crate::people::{THREE, WINDOW_S};
use crate::world::{FIVE, Flow, TWO, actors, key, machine};

const METHODS: [&str; 3] = ["reasoning_model", "retrieval_augmented", "rule_based_deterministic"];
/// Spellings of two families.
const SPELLINGS: [&str; 6] = ["claude", "Claude ", "CLAUDE", "gpt", " GPT", "Gpt"];
const NAMES: [&str; 5] = ["c1", "c2", "c3", "c4", "c5"];

/// Reviewer number `i`, different from all others in what is not named.
fn candidate(i: usize, family: &str, method: &str) -> ActorInfo {
    machine(NAMES[i], family, method, &format!("region {i}"), &format!("house {i}"))
}

/// Opens a review with these reviewers; a refusal must have changed nothing.
fn opened(tier: RiskTier, reviewers: Vec<ActorInfo>) -> Result<Flow, MissionError> {
    let mut flow = Flow::attached(tier);
    let names: Vec<&str> = NAMES.iter().copied().take(reviewers.len()).collect();
    flow.actors.extend(reviewers.into_iter().map(|actor| (actor.key.clone(), actor)));
    let (fact, before) = (flow.open_review(&names), flow.mission.clone());
    match flow.send("owner", fact) {
        Ok(_) => Ok(flow),
        Err(refusal) => {
            assert_eq!(flow.mission, before, "a refusal changed the mission");
            Err(refusal)
        }
    }
}

fn lacks(axis: Axis) -> MissionError {
    MissionError::PanelTooWeak(Shortfall { axis, have: 1, need: 2 })
}

fn bit(digest: Digest, flip: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    bytes[flip / 8 % 32] ^= 1 << (flip % 8);
    Digest::from_bytes(bytes)
}

fn families() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..SPELLINGS.len(), 5)
}

proptest! {
    /// 7, the part of the evidence: one bit of an artifact, wherever it is named, and nothing moves.
    #[test]
    fn invariant_07_no_decision_on_evidence_with_a_flipped_bit(flip in 0..256_usize) {
        let mut flow = Flow::under_review(RiskTier::R1, &TWO);
        flow.review_all(&TWO, Decision::Approve);
        let (mission, worker) = (flow.mission.id(), key("worker"));
        let artifact = bit(flow.artifact("report"), flip);
        let review = flow.reviews[&key("rev1")];
        let trust = EvidenceOfTrust { mission, task: TaskId::new("report"), artifact, worker, review };
        prop_assert_eq!(flow.refused("rev1", trust.into()).code(), "mission.artifact_mismatch");
        let reviews = flow.reviews.values().copied().collect();
        let whole = Integrated { mission, artifact, reviews };
        prop_assert_eq!(flow.refused("owner", whole.into()).code(), "mission.artifact_mismatch");
    }

    #[test]
    fn invariant_16_r2_reviewers_are_of_two_families_however_they_are_spelled(picks in families()) {
        let reviewers: Vec<_> = picks
            .iter()
            .enumerate()
            .map(|(i, pick)| candidate(i, SPELLINGS[*pick], METHODS[i % 3]))
            .collect();
        let is_one = picks.iter().all(|pick| pick / 3 == picks[0] / 3);
        match opened(RiskTier::R2, reviewers) {
            Ok(_) => prop_assert!(!is_one),
            Err(refusal) => {
                prop_assert!(is_one);
                prop_assert_eq!(refusal, lacks(Axis::ModelFamilies));
            }
        }
    }

    #[test]
    fn invariant_17_r2_reviewers_are_of_two_methods(
        picks in proptest::collection::vec(0..METHODS.len(), 5),
    ) {
        let reviewers: Vec<_> = picks
            .iter()
            .enumerate()
            .map(|(i, pick)| candidate(i, &format!("family {i}"), METHODS[*pick]))
            .collect();
        let is_one = picks.iter().all(|pick| *pick == picks[0]);
        let refusal = opened(RiskTier::R2, reviewers).err();
        prop_assert_eq!(refusal, is_one.then(|| lacks(Axis::MethodTypes)));
    }

    /// Of those assigned, and again of those who sit after somebody was replaced.
    #[test]
    fn invariant_18_r1_reviewers_are_of_two_families_also_after_a_replacement(picks in families()) {
        let [first, second, next] = [picks[0], picks[1], picks[2]];
        let reviewers = vec![
            candidate(0, SPELLINGS[first], METHODS[0]),
            candidate(1, SPELLINGS[second], METHODS[1]),
        ];
        let is_one = first / 3 == second / 3;
        let mut flow = match opened(RiskTier::R1, reviewers) {
            Err(refusal) => {
                prop_assert!(is_one);
                prop_assert_eq!(refusal, lacks(Axis::ModelFamilies));
                return Ok(());
            }
            Ok(flow) => flow,
        };
        prop_assert!(!is_one);
        let comes = candidate(2, SPELLINGS[next], METHODS[2]);
        flow.actors.insert(comes.key.clone(), comes);
        flow.now_s += WINDOW_S;
        let shown_by = flow.must("house", flow.silent(NAMES[1]));
        let fact = flow.replace(NAMES[1], NAMES[2], shown_by);
        let refusal = flow.clone().send("owner", fact).err();
        prop_assert_eq!(refusal, (next / 3 == first / 3).then(|| lacks(Axis::ModelFamilies)));
    }

    #[test]
    fn invariant_19_reviewers_declare_everything(field in 0..4_usize, blank in "[ \t_-]{0,9}") {
        let mut reviewer = candidate(0, "claude", METHODS[0]);
        let slot = [
            &mut reviewer.name,
            &mut reviewer.model_family,
            &mut reviewer.region,
            &mut reviewer.organisation,
        ];
        slot.into_iter().nth(field).unwrap().clone_from(&blank);
        let refusal = opened(RiskTier::R0, vec![reviewer]).unwrap_err();
        prop_assert_eq!(refusal.code(), "mission.profile_incomplete");
    }

    #[test]
    fn invariant_20_methods_are_of_the_set(method in "\\PC{0,24}|Human_Reviewer|vibes| reasoning_model") {
        let is_known = MethodType::parse(&method).is_some();
        let refusal = opened(RiskTier::R0, vec![candidate(0, "claude", &method)]).err();
        let expected = (!is_known).then_some("mission.profile_unknown_method");
        prop_assert_eq!(refusal.map(|refusal| refusal.code()), expected);
    }

    /// However many machines approve, and whatever part of the mission is of values.
    #[test]
    fn invariant_21_machines_alone_never_close_what_is_of_values(
        mixed in any::<bool>(), of_task in any::<bool>(), said in proptest::collection::vec(any::<bool>(), 3),
    ) {
        let domain = if mixed { DomainType::Mixed } else { DomainType::Normative };
        let (scoped, task) =
            if of_task { (DomainType::Objective, domain) } else { (domain, DomainType::Objective) };
        let mut flow = Flow::passed_for_people(scoped, task);
        let fact = flow.integrate(&FIVE);
        let refusal = flow.refused("owner", fact.clone());
        prop_assert_eq!(refusal.code(), "mission.human_adjudication_required");
        flow.must("owner", flow.open_panel(&THREE));
        for (who, approves) in THREE.into_iter().zip(&said) {
            prop_assert!(flow.clone().send("owner", fact.clone()).is_err());
            flow.judge(who, if *approves { Judgement::Approve } else { Judgement::Reject });
        }
        let approvals = said.iter().filter(|approves| **approves).count();
        let refusal = flow.clone().send("owner", fact).err();
        prop_assert_eq!(refusal, (approvals < 2).then_some(MissionError::PanelRejected));
    }

    /// Any selection of humans and one machine: it sits exactly when it is what a panel must be.
    #[test]
    fn invariant_22_a_panel_is_three_humans_of_two_regions_and_two_organisations(
        picks in proptest::sample::subsequence(vec!["pat", "quin", "ruth", "sam", "rev6"], 0..=5),
    ) {
        let mut flow = Flow::passed_for_people(DomainType::Normative, DomainType::Objective);
        let cast = actors();
        let who: Vec<_> = picks.iter().map(|name| &cast[&key(name)]).collect();
        let count = |of: fn(&ActorInfo) -> &str| {
            who.iter().map(|actor| of(actor)).collect::<std::collections::BTreeSet<_>>().len()
        };
        let fits = 3 <= who.len()
            && who.iter().all(|actor| actor.is_human)
            && 2 <= count(|actor| &actor.region)
            && 2 <= count(|actor| &actor.organisation);
        let fact = flow.open_panel(&picks);
        prop_assert_eq!(flow.send("owner", fact).is_ok(), fits);
    }

    #[test]
    fn invariant_23_a_judgement_has_a_written_reason(blank in "[ \t\n\r\u{a0}\u{2003}]{0,30}", word in "[a-z]{1,9}") {
        let mut flow = Flow::before_people(&THREE);
        for judgement in [Judgement::Approve, Judgement::Reject] {
            let fact = flow.judged(judgement, &blank);
            prop_assert_eq!(flow.refused("pat", fact).code(), "mission.bad_text");
        }
        let fact = flow.judged(Judgement::Approve, &format!("{blank}{word}"));
        prop_assert!(flow.send("pat", fact).is_ok());
    }

    /// On every task: a missing or unknown word anywhere, and the plan cannot be read.
    #[test]
    fn invariant_24_every_task_says_of_which_domain_it_is(
        words in proptest::collection::vec("objective|normative|mixed|Objective|vibes||-", 1..5),
    ) {
        let mission = Flow::drafted().mission.id();
        let task = |(number, word): (usize, &String)| {
            let domain = if word == "-" { String::new() } else { format!(r#""domain_type":"{word}","#) };
            format!(r#"{{"depends_on":[],{domain}"id":"t{number}","title":"t"}}"#)
        };
        let tasks: Vec<String> = words.iter().enumerate().map(task).collect();
        let body = format!(r#"{{"mission":"{mission}","tasks":[{}]}}"#, tasks.join(","));
        let body = RawValue::from_string(body).unwrap();
        let read = MissionFact::decode("comity:mission/decomposed/v1", &body);
        let known = ["objective", "normative", "mixed"];
        prop_assert_eq!(read.is_ok(), words.iter().all(|word| known.contains(&word.as_str())));
    }
}
