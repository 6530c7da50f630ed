//! Bad series and windows: named, with the line, before anything is written, in bounded memory.

use crate::program::{Place, Ran};

/// Address space of a run on a file of ten gigabytes, in KiB.
const SPACE_KIB: u64 = 600_000;

fn rows(count: usize) -> String {
    let row = |row: usize| format!("2014-01-{:02} {:02}:00:00,{row}.5\n", 1 + row / 24, row % 24);
    "timestamp,value\n".to_owned() + &(0..count).map(row).collect::<String>()
}

const WINDOWS: &str = r#"{"series.csv": [["2014-01-08 00:00:00", "2014-01-09 00:00:00"]]}"#;

fn tour(place: &Place) -> Ran {
    let args = ["--series", "series.csv", "--windows", "windows.json", "--state", "state"];
    let ran =
        place.run_within(SPACE_KIB, &[&["tour", "--quiet", "--out", "out"], &args[..]].concat());
    assert!(!place.path("state").exists() && !place.path("out").exists(), "{ran:?}");
    ran
}

#[test]
fn bad_series_are_refused_by_name_and_line_before_anything_is_written() {
    let place = Place::empty();
    place.write("windows.json", WINDOWS);
    let good = rows(240);
    let line = |text: &str| good.replacen("2014-01-02 00:00:00,24.5", text, 1);
    for (text, code, says) in [
        (String::new(), "mycel.series_empty", "no rows"),
        ("timestamp,value\n".to_owned(), "mycel.series_empty", "no rows"),
        (good.replacen("timestamp", "time", 1), "mycel.series_unknown_header", "line 1"),
        (line("2014-01-02 00:00:00,24.5,7"), "mycel.series_wrong_columns", "line 26"),
        (line("2014-01-02 00:00:00"), "mycel.series_wrong_columns", "line 26"),
        (line("2014-01-02 00:00:00,NaN"), "mycel.series_not_a_number", "line 26"),
        (line("2014-01-02 00:00:00,"), "mycel.series_not_a_number", "line 26"),
        (line("2014-01-02 00:00:00,inf"), "mycel.series_not_a_number", "line 26"),
        (line("yesterday,24.5"), "mycel.series_bad_timestamp", "line 26"),
        (line("2014-01-01 05:00:00,24.5"), "mycel.series_not_monotonic", "line 26"),
        (line("2014-01-01 23:00:00,24.5"), "mycel.series_not_monotonic", "line 26"),
        (line("2014-01-02 12:00:00,24.5"), "mycel.series_gap", "line 26"),
        (line("2014-01-02 00:00:00,1e300"), "mycel.series_out_of_range", "line 26"),
    ] {
        place.write("series.csv", &text);
        let ran = tour(&place);
        ran.refused(2, code);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
        assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
    }
    std::fs::remove_file(place.path("series.csv")).unwrap();
    tour(&place).refused(2, "comity.system");
}

#[test]
fn a_series_of_ten_gigabytes_is_refused_in_bounded_memory() {
    let place = Place::empty();
    place.write("windows.json", WINDOWS);
    for begins in ["", "timestamp,value\n", &rows(100)] {
        place.huge("series.csv", begins);
        tour(&place).refused(2, "mycel.series_line_too_long");
    }
}

#[test]
fn bad_windows_are_refused_by_name() {
    let place = Place::empty();
    place.write("series.csv", &rows(240));
    for (text, code) in [
        ("[]", "mycel.windows_empty"),
        ("7", "mycel.windows_wrong_shape"),
        (r#"[["2014-01-08 00:00:00"]]"#, "mycel.windows_bad_window"),
        (r#"[["2014-01-09 00:00:00", "2014-01-08 00:00:00"]]"#, "mycel.windows_reversed"),
        (r#"{"a.csv": [], "b.csv": []}"#, "mycel.windows_unknown_series"),
        (r#"{"a": [], "a": []}"#, "wire.duplicate_key"),
        ("{", "wire.syntax"),
    ] {
        place.write("windows.json", text);
        tour(&place).refused(2, code);
    }
    place.write("windows.json", &"[".repeat(1_000));
    tour(&place).refused(2, "wire.too_deep");
}
