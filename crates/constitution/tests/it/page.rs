//! The reference page says what the file says.

use comity_constitution::{Parameters, reference};

const PAGE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/reference/parameters.md"));

#[test]
fn every_parameter_has_a_row_and_every_row_a_parameter() {
    let leaves = reference::leaves(&Parameters::founding().to_file());
    for (path, _) in &leaves {
        let rows = reference::ROWS.iter().filter(|row| row.covers(path)).count();
        assert_eq!(rows, 1, "{path}");
    }
    for row in reference::ROWS {
        assert!(leaves.iter().any(|(path, _)| row.covers(path)), "{}", row.path);
    }
    assert!(reference::ROWS.is_sorted_by(|a, b| a.path < b.path));
}

#[test]
fn the_page_shows_the_table_and_the_hash() {
    let founding = Parameters::founding();
    let table = reference::table(&founding.to_file());
    assert!(PAGE.contains(&table), "docs/src/reference/parameters.md should contain:\n{table}");
    let hash = format!("`{}`", founding.hash());
    assert!(PAGE.contains(&hash), "docs/src/reference/parameters.md should contain {hash}");
}
