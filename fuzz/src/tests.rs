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
