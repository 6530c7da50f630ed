//! The charter: its founding values, and every relation broken by the smallest step.

use comity_constitution::{
    Charter, CharterError, CharterFile, Nano,
    charter::{Chamber, ChamberSet},
    phase::Phase,
    sortition::Share,
};
use comity_wire::{json, sha256};
use serde_json::Value;

const FILE: &[u8] = include_bytes!("../../parameters/charter.json");
const SMALL: &[u8] = include_bytes!("../../parameters/small.json");
const PAGE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/reference/parameters.md"));
const DAY: u64 = 86_400;

#[test]
fn the_embedded_charter_is_canonical_and_named_by_its_hash() {
    let founding = Charter::founding();
    assert_eq!(founding.bytes(), FILE);
    assert_eq!(founding.hash(), sha256(FILE));
    assert_eq!(Charter::new(founding.to_file()).unwrap(), founding);
    assert!(PAGE.contains(&format!("`{}`", founding.hash())), "{}", founding.hash());
}

#[test]
fn the_small_charter_differs_in_its_chambers_and_in_who_is_enough_for_g1() {
    let small = Charter::small();
    assert_eq!(small.bytes(), SMALL);
    assert!(PAGE.contains(&format!("`{}`", small.hash())), "{}", small.hash());
    let (small, mut founding) = (small.to_file(), Charter::founding().to_file());
    founding.chambers = small.chambers;
    founding.phases.g0_humans_max = 6;
    "small".clone_into(&mut founding.name);
    assert_eq!(small, founding);
}

#[test]
fn the_values_of_the_seeds_date_are_kept() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/");
    let path = format!("{folder}founding/constitutional_params.json");
    let outside = json::parse(&std::fs::read(path).unwrap()).unwrap();
    let founding = Charter::founding();
    let genesis = &outside["genesis"];
    let phases = founding.phases();
    for (name, ours) in [
        ("G0_MAX_DAYS", phases.g0_max_s / DAY),
        ("G0_EXTENSION_DAYS", phases.g0_extension_s / DAY),
        ("G1_MAX_DAYS", phases.g1_max_s / DAY),
        ("G0_RATIFICATION_WINDOW_DAYS", phases.ratification_window_s / DAY),
    ] {
        assert_eq!(genesis[name].as_u64(), Some(ours), "{name}");
    }
    let bounds = [phases.g0_humans_max, phases.g1_humans_max, phases.g2_humans_max];
    assert_eq!(bounds, [50, 500, 2_000]);
    let sizes = |phase| {
        let set: &ChamberSet = founding.chambers(phase).unwrap();
        Chamber::ALL.map(|chamber| (set.size(chamber).seats, set.size(chamber).pass))
    };
    assert_eq!(founding.chambers(Phase::G0), None);
    assert_eq!(sizes(Phase::G1), [(11, 8), (17, 12), (25, 15)]);
    assert_eq!(sizes(Phase::G2), [(21, 14), (31, 21), (51, 31)]);
    assert_eq!(sizes(Phase::G3), [(41, 28), (61, 41), (101, 61)]);
    for (phase, share, regions) in
        [(Phase::G1, "0.40", 3), (Phase::G2, "0.25", 5), (Phase::G3, "0.15", 8)]
    {
        let quotas = founding.chambers(phase).unwrap().quotas(Chamber::Proposal).unwrap();
        assert_eq!(quotas.region_share_max, Share::parse(share).unwrap());
        assert_eq!(quotas.organisation_share_max, Share::parse(share).ok());
        assert_eq!(quotas.regions_min, regions);
    }
    assert_eq!(founding.founder().inactive_s, 180 * DAY);
    assert_eq!(founding.identity().valid_max_s, 365 * DAY);
    let days = outside["key_management"]["KEY_ROTATION_DAYS"].as_u64().unwrap();
    assert_eq!(founding.committee().key_rotation_s, days * DAY);
    let path = founding.amendment();
    assert_eq!((path.ballot_window_s, path.cooling_off_s), (14 * DAY, 90 * DAY));
    assert_eq!(founding.review().response_window_s, 3 * DAY);
}

#[test]
fn the_guard_and_the_bounds_of_machines_are_those_of_the_seeds_date() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/");
    let path = format!("{folder}founding/constitutional_params.json");
    let outside = json::parse(&std::fs::read(path).unwrap()).unwrap();
    let founding = Charter::founding();
    let guard = founding.trust_guard();
    let quorum =
        |phase| guard.quorum(phase).map(|q| (q.signatures_min, q.regions_min, q.organisations_min));
    assert_eq!(Phase::ALL.map(quorum), [None, Some((7, 2, 2)), Some((15, 3, 3)), Some((30, 3, 3))]);
    let machines = founding.machines();
    let recert = &outside["machine_recertification"];
    let share = |name: &str| Share::parse(&recert[name].to_string()).unwrap();
    for (name, ours) in [
        ("RECERT_CORRECTNESS_MIN", machines.correctness_min),
        ("RECERT_SEVERE_ERR_MAX", machines.severe_errors_max),
        ("RECERT_REPRO_MIN", machines.reproducibility_min),
    ] {
        assert_eq!(share(name), Share::from_nano(ours).unwrap(), "{name}");
    }
    let end = &outside["machine_decommission"];
    for (value, ours) in [
        (&recert["RECERT_REVIEW_SIGS"], machines.signatures_min),
        (&recert["RECERT_PROBATION_TASKS"], machines.probation_tasks),
        (&end["M_ZERO_DECOMMISSION_DAYS"], machines.decommission_zero_s / DAY),
        (&end["M_RECERT_FAIL_MAX"], machines.failures_max),
        (&end["M_RECERT_FAIL_WINDOW_DAYS"], machines.failures_window_s / DAY),
    ] {
        assert_eq!(value.as_u64(), Some(ours));
    }
}

type Change = fn(&mut CharterFile);

#[test]
fn each_relation_has_its_own_name() {
    let cases: &[(&str, Change)] = &[
        ("version", |f| f.version = 2),
        ("name", |f| f.name.clear()),
        ("name", |f| f.name = "a b".into()),
        ("count", |f| f.phases.g0_max_s = 0),
        ("count", |f| f.phases.g0_extension_s = u64::MAX),
        ("count", |f| f.phases.g1_max_s = 0),
        ("count", |f| f.phases.ratification_window_s = 0),
        ("count", |f| f.phases.g0_humans_max = 0),
        ("count", |f| f.founder.inactive_s = 0),
        ("count", |f| f.identity.valid_max_s = 0),
        ("phase_order", |f| f.phases.g1_humans_max = 50),
        ("phase_order", |f| f.phases.g2_humans_max = 500),
        ("phase_order", |f| f.phases.ratification_window_s = f.phases.g1_max_s),
        ("count", |f| f.amendment.ballot_window_s = 0),
        ("count", |f| f.amendment.cooling_off_s = 0),
        ("count", |f| f.amendment.sponsors_min = 1),
        ("count", |f| f.review.response_window_s = 3_599),
        ("count", |f| f.review.response_window_s = 36 * DAY + 1),
        ("fraction", |f| f.amendment.turnout_min = Nano::new(499_999_999)),
        ("fraction", |f| f.amendment.entrenched_turnout_min = Nano::new(499_999_999)),
        ("fraction", |f| f.amendment.entrenched_yes_min = Nano::new(799_999_999)),
        ("fraction", |f| f.amendment.entrenched_yes_min = Nano::new(1_000_000_001)),
        ("count", |f| f.committee.dealing_s = 0),
        ("count", |f| f.committee.complaints_s = 0),
        ("count", |f| {
            f.committee.key_rotation_s = f.committee.dealing_s + f.committee.complaints_s;
        }),
        ("count", |f| f.committee.key_rotation_s = u64::MAX),
        ("count", |f| f.appeal.respond_s = 0),
        ("count", |f| f.appeal.deliberation_s = 0),
        ("count", |f| f.appeal.appeal_window_s = 0),
        ("count", |f| f.appeal.panel = 2),
        ("count", |f| f.appeal.regions_min = 1),
        ("count", |f| f.appeal.regions_min = 6),
        ("count", |f| f.appeal.organisations_min = 1),
        ("fraction", |f| f.appeal.trust_min = Nano::ZERO),
        ("fraction", |f| f.appeal.uphold_min = Nano::new(500_000_000)),
        ("count", |f| f.anchoring.grace_s = 0),
        ("count", |f| f.anchoring.clock_skew_s = 3_601),
        ("count", |f| f.anchoring.finality_depth = 1),
        ("fraction", |f| f.chambers.g3.region_share_max = Nano::ZERO),
        ("fraction", |f| f.chambers.g1.organisation_share_max = Nano::new(-1)),
        ("count", |f| f.chambers.g1.regions_min = 1),
        ("count", |f| f.chambers.g1.organisations_min = 0),
        ("count", |f| f.chambers.g3.challenge.seats = 10_001),
        ("majority", |f| f.chambers.g1.proposal.pass = 5),
        ("majority", |f| f.chambers.g1.proposal.pass = 12),
        ("majority", |f| f.chambers.g3.challenge.pass = 50),
        ("chamber_order", |f| f.chambers.g1.ratification = f.chambers.g1.proposal),
        ("unsatisfiable", |f| f.chambers.g1.organisations_min = 12),
        ("unsatisfiable", |f| f.chambers.g1.region_share_max = Nano::new(90_909_090)),
        ("geography", |f| f.chambers.g2.regions_min = 3),
        ("geography", |f| f.chambers.g2.region_share_max = Nano::new(400_000_000)),
        ("geography", |f| f.chambers.g3.region_share_max = Nano::new(250_000_000)),
        ("geography", |f| f.chambers.g2.organisations_min = 9),
        ("geography", |f| f.chambers.g2.organisation_share_max = Nano::new(400_000_001)),
    ];
    all_are_refused(cases);
}

#[test]
fn each_relation_of_trust_has_its_own_name() {
    let cases: &[(&str, Change)] = &[
        ("count", |f| f.trust_guard.deadline_s = 0),
        ("count", |f| f.trust_guard.g1.signatures_min = 1),
        ("count", |f| f.trust_guard.g2.signatures_min = 6),
        ("count", |f| f.trust_guard.g3.signatures_min = 14),
        ("count", |f| f.trust_guard.g1.regions_min = 1),
        ("count", |f| f.trust_guard.g2.regions_min = 16),
        ("count", |f| f.trust_guard.g3.organisations_min = 2),
        ("count", |f| f.machines.benchmark_cases_min = 0),
        ("count", |f| f.machines.decommission_zero_s = 0),
        ("count", |f| f.machines.failures_max = 0),
        ("count", |f| f.machines.failures_window_s = u64::MAX),
        ("count", |f| f.machines.probation_tasks = 0),
        ("count", |f| f.machines.lineage_probation_tasks = f.machines.probation_tasks),
        ("count", |f| f.machines.signatures_min = 4),
        ("fraction", |f| f.machines.correctness_min = Nano::new(899_999_999)),
        ("fraction", |f| f.machines.reproducibility_min = Nano::new(949_999_999)),
        ("fraction", |f| f.machines.severe_errors_max = Nano::new(10_000_001)),
        ("fraction", |f| f.machines.severe_errors_max = Nano::new(-1)),
        ("fraction", |f| f.machines.probation_trust = Nano::ZERO),
    ];
    all_are_refused(cases);
}

fn all_are_refused(cases: &[(&str, Change)]) {
    for (index, (expected, change)) in cases.iter().enumerate() {
        let mut file = Charter::founding().to_file();
        change(&mut file);
        let got = Charter::new(file).map_or_else(|error| error.code(), |_| "accepted");
        let expected = format!("constitution.charter_{expected}");
        assert_eq!(got, expected, "case {index}");
    }
}

#[test]
fn a_later_phase_may_not_shrink_a_chamber() {
    let mut file = Charter::founding().to_file();
    file.chambers.g2.proposal.seats = 10;
    file.chambers.g2.proposal.pass = 6;
    let refusal = Charter::new(file).unwrap_err();
    assert_eq!(refusal, CharterError::ChamberOrder { phase: Phase::G2, chamber: "proposal" });
}

#[test]
fn bytes_that_are_not_the_closed_canonical_form_are_refused() {
    let code = |bytes: &[u8]| Charter::decode(bytes).unwrap_err().code();
    let text = String::from_utf8(FILE.to_vec()).unwrap();
    assert_eq!(code(format!("{text}\n").as_bytes()), "constitution.charter_wire");
    assert_eq!(
        code(text.replace("\"version\":1", "\"version\":1,\"x\":1").as_bytes()),
        "constitution.charter_wire"
    );
    assert_eq!(
        code(text.replace("\"version\":1", "\"version\":1.0").as_bytes()),
        "constitution.charter_wire"
    );
    assert_eq!(code(&vec![b' '; Charter::BYTES_MAX + 1]), "constitution.charter_too_long");
    let mut value: Value = serde_json::from_slice(FILE).unwrap();
    value.as_object_mut().unwrap().remove("founder");
    assert_eq!(code(&serde_json::to_vec(&value).unwrap()), "constitution.charter_wire");
}
