use super::*;

#[test]
fn every_target_has_a_corpus_and_returns_on_all_of_it() {
    for Target { name, run } in TARGETS {
        let folder = format!("{}/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut files = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            run(&std::fs::read(entry.unwrap().path()).unwrap());
            files += 1;
        }
        assert!(0 < files, "{folder} is empty");
    }
}

#[test]
fn every_target_has_a_libfuzzer_binary_and_a_line_in_the_manifest() {
    let here = env!("CARGO_MANIFEST_DIR");
    let manifest = std::fs::read_to_string(format!("{here}/Cargo.toml")).unwrap();
    for Target { name, .. } in TARGETS {
        let source = std::fs::read_to_string(format!("{here}/fuzz_targets/{name}.rs")).unwrap();
        assert!(source.contains("fuzz_target!"), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in Cargo.toml");
    }
}

#[test]
fn the_tour_is_whole_and_its_export_is_valid() {
    let tour = tour::get();
    assert_eq!(tour.records().len(), 4);
    assert!(tour.last().orders().all(|(_, order)| order.placed.state().is_final()));
    export::run(&[]);
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let corpus = [b"{\"a\":1}".to_vec(), b"[]".to_vec()];
    let roll = |seed| {
        let mut dice = mutate::Dice::new(seed);
        (0..50).map(|_| dice.input(&corpus)).collect::<Vec<_>>()
    };
    assert_eq!(roll(1), roll(1));
    assert_ne!(roll(1), roll(2));
}

/// The names that `objects!` declares in the sources of the Mesh room.
fn declared(dir: &std::path::Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declared(&path, names);
            continue;
        }
        let mut is_inside = false;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            is_inside = line == "objects! {" || (is_inside && line != "}");
            let name = line.strip_prefix("    pub struct ").filter(|_| is_inside);
            names.extend(name.and_then(|rest| rest.split([' ', ',']).next()).map(str::to_owned));
        }
    }
}

#[test]
fn every_object_of_the_protocol_is_a_kind_and_most_have_a_good_seed() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = Vec::new();
    declared(&here.join("../crates/mesh/src"), &mut names);
    names.sort();
    let kinds = mesh::objects::KINDS;
    let mut known: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    known.sort_unstable();
    assert_eq!(names, known);

    let mut good = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(here.join("corpus/mesh_objects")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let Some((first, rest)) = bytes.split_first_chunk::<2>() else { continue };
        let at = usize::from(first[0]) % kinds.len();
        let value = comity_wire::mesh_json::parse(rest);
        good.extend(value.ok().filter(|it| (kinds[at].read)(it).is_ok()).map(|_| at));
    }
    assert!(kinds.len() * 9 / 10 < good.len(), "{} of {} kinds", good.len(), kinds.len());
}

#[test]
fn every_suite_of_documents_is_known() {
    let message = comity_mesh::conformance::Unusable::UnknownSuite.to_string();
    assert!(message.ends_with(&format!(" {}", mesh::SUITES.join(", "))), "{message}");
}
