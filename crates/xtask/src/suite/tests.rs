use super::*;

#[test]
fn slow_tests_are_found_by_the_end_of_their_name() {
    let mut tree = Tree::default();
    let slow = "#[test]\nfn a_thousand_seeds_agree_slow() {}\n";
    tree.files.insert("crates/sim/tests/it/main.rs".to_owned(), slow.into());
    let not = "// fn x_slow() {}\nfn slow() { is_slow(); }\n";
    tree.files.insert("crates/wire/src/a.rs".to_owned(), not.into());
    assert_eq!(slow_rooms(&tree).into_iter().collect::<Vec<_>>(), ["sim"]);
}

#[test]
fn the_quick_loop_is_a_part_of_the_whole_check() {
    let full: Vec<_> = FULL.iter().map(|(name, _)| name).collect();
    assert!(QUICK.iter().all(|(name, _)| full.contains(&name)));
}
