//! The page on foreign files shows the rows that the checker has.

use comity_constitution::source::{File, page};

const PAGE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/src/reference/constitution-check.md"
));

#[test]
fn the_page_shows_every_row_and_every_relation() {
    for table in [page::members(File::Params), page::members(File::Policy), page::relations()] {
        assert!(
            PAGE.contains(&table),
            "docs/src/reference/constitution-check.md should contain:\n{table}"
        );
    }
}
