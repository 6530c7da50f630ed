use std::io::{BufReader, Read};

use comity_wire::Time;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{
    Fold, GAP_S_MAX, HEADER, LINE_BYTES_MAX, ROWS_MAX, Series, SeriesError, SeriesReader,
    parse_timestamp, read_series,
};

fn read(rows: &str) -> Result<Series, SeriesError> {
    read_series(format!("{HEADER}\n{rows}").as_bytes())
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

#[test]
fn rows_are_numbered_and_exact_with_or_without_a_last_newline() {
    let with = read("2014-01-07 02:55:00,73.96732207\n2014-01-07T03:00:00.500Z,-1e-6\n").unwrap();
    let without = read("2014-01-07 02:55:00,73.96732207\r\n2014-01-07T03:00:00Z,-1e-6").unwrap();
    assert_eq!(with, without);
    assert_eq!(with.readings.len(), 2);
    assert_eq!(with.readings[0].micro, 73_967_322);
    assert_eq!(with.readings[1].index, 1);
    assert_eq!(with.readings[1].t, time("2014-01-07T03:00:00Z"));
    assert_eq!(with.readings[1].micro, -1);
}

#[test]
fn every_mistake_is_named_with_its_line() {
    let first = "2014-01-07 00:00:00,1\n";
    for (row, error) in [
        ("2014-01-07 00:05:00", SeriesError::WrongColumns { line: 3, columns: 1 }),
        ("2014-01-07 00:05:00,1,2\n", SeriesError::WrongColumns { line: 3, columns: 3 }),
        ("\n", SeriesError::WrongColumns { line: 3, columns: 1 }),
        ("2014-01-07,1\n", SeriesError::BadTimestamp { line: 3 }),
        ("2014-02-30 00:05:00,1\n", SeriesError::BadTimestamp { line: 3 }),
        ("2014-01-07 00:05:00+01:00,1\n", SeriesError::BadTimestamp { line: 3 }),
        ("2014-01-07 00:05:00,NaN\n", SeriesError::NotANumber { line: 3 }),
        ("2014-01-07 00:05:00,inf\n", SeriesError::NotANumber { line: 3 }),
        ("2014-01-07 00:05:00,\n", SeriesError::NotANumber { line: 3 }),
        ("2014-01-07 00:05:00,1e9\n", SeriesError::OutOfRange { line: 3, max: 1_000_000 }),
    ] {
        let error = match (row.ends_with('\n'), error) {
            (false, _) => SeriesError::Truncated { line: 3 },
            (true, error) => error,
        };
        assert_eq!(read(&format!("{first}{row}")), Err(error), "{row}");
    }
    assert_eq!(read(""), Err(SeriesError::Empty));
    assert_eq!(read_series(&b""[..]), Err(SeriesError::Empty));
    for header in ["time,value\n", "timestamp;value\n", "timestamp,value,unit\n", "a"] {
        let unknown = SeriesError::UnknownHeader { expected: HEADER };
        assert_eq!(read_series(header.as_bytes()), Err(unknown), "{header}");
    }
}

#[test]
fn a_clock_set_back_is_kept_and_reported_twice_at_most() {
    let fold = "2014-01-07 02:55:00,1\n2014-01-07 02:00:00,1\n";
    let series = read(fold).unwrap();
    let (before, after) = (time("2014-01-07T02:55:00Z"), time("2014-01-07T02:00:00Z"));
    assert_eq!(series.folds, [Fold { line: 3, before, after }]);
    let refused = SeriesError::NotMonotonic { line: 7, before, after };
    assert_eq!(read(&fold.repeat(3)), Err(refused));
    let standing = "2014-01-07 02:55:00,1\n2014-01-07 02:55:00,1\n";
    assert_eq!(read(standing), Err(SeriesError::NotMonotonic { line: 3, before, after: before }));
    let too_far = "2014-01-07 02:55:00,1\n2014-01-07 01:54:59,1\n";
    assert_eq!(read(too_far).unwrap_err().code(), "mycel.series_not_monotonic");
}

#[test]
fn a_gap_is_refused_one_second_over_the_limit() {
    assert!(read("2014-01-07 00:00:00,1\n2014-01-07 06:00:00,1\n").is_ok());
    assert_eq!(
        read("2014-01-07 00:00:00,1\n2014-01-07 06:00:01,1\n"),
        Err(SeriesError::Gap { line: 3, gap_s: GAP_S_MAX + 1, max_s: GAP_S_MAX })
    );
}

#[test]
fn long_lines_and_endless_files_are_refused_without_holding_them() {
    let endless = std::io::repeat(b'9');
    let source = BufReader::new(HEADER.as_bytes().chain(&b"\n"[..]).chain(endless));
    let refused = SeriesError::LineTooLong { line: 2, max: LINE_BYTES_MAX };
    assert_eq!(read_series(source), Err(refused));
    let header = BufReader::new(std::io::repeat(b't'));
    let refused = SeriesError::LineTooLong { line: 1, max: LINE_BYTES_MAX };
    assert_eq!(read_series(header), Err(refused));
}

#[test]
fn one_row_too_many_is_refused_with_its_line() {
    let rows = "2014-01-07 02:55:00,1\n2014-01-07 03:00:00,1\n2014-01-07 03:05:00,1\n";
    let text = format!("{HEADER}\n{rows}");
    let mut reader = SeriesReader::new(text.as_bytes()).unwrap();
    reader.rows = ROWS_MAX - 1;
    assert_eq!(reader.next().unwrap().unwrap().index, ROWS_MAX - 1);
    let refused = SeriesError::TooManyRows { line: 3, max: ROWS_MAX };
    assert_eq!(reader.next(), Some(Err(refused)));
    assert_eq!(reader.next(), None);
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::PermissionDenied.into())
    }
}

#[test]
fn a_source_that_fails_is_named_with_its_line() {
    let source = BufReader::new(HEADER.as_bytes().chain(&b"\n"[..]).chain(Broken));
    let kind = std::io::ErrorKind::PermissionDenied;
    assert_eq!(read_series(source), Err(SeriesError::Io { line: 2, kind }));
}

#[test]
fn timestamps_have_two_spellings() {
    let t = time("2014-01-07T02:55:00Z");
    for text in [
        "2014-01-07 02:55:00",
        "2014-01-07 02:55:00.000000",
        "2014-01-07T02:55:00Z",
        "2014-01-07T02:55:00.1Z",
    ] {
        assert_eq!(parse_timestamp(text), Some(t), "{text}");
    }
    for text in [
        "2014-01-07T02:55:00",
        "2014-01-07 02:55:00Z",
        "2014-01-07 02:55:00.",
        "2014-01-07 02:55:00.1234567",
        "2014-01-07_02:55:00",
        "2014-01-07 24:00:00",
        "2014-01-07 02:55",
        "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
    ] {
        assert_eq!(parse_timestamp(text), None, "{text}");
    }
}

proptest! {
    /// Invariant 1.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read_series(bytes.as_slice()));
        let rows = [HEADER.as_bytes(), b"\n", &bytes].concat();
        drop(read_series(rows.as_slice()));
    }

    /// Invariants 2 and 3, near the grammar and with small reads.
    #[test]
    fn almost_series_are_answered(
        rows in "(2014-0[1-3]-0[1-9] 0[0-9]:[0-5]5:00(\\.0|Z)?,-?[0-9]{0,3}(\\.[0-9]{0,9}|e[0-9]|NaN|,)?\r?\n?){0,8}",
        capacity in 1..40_usize,
    ) {
        let text = format!("{HEADER}\n{rows}");
        let whole = read_series(text.as_bytes());
        prop_assert_eq!(&whole, &read_series(BufReader::with_capacity(capacity, text.as_bytes())));
        if let Ok(series) = whole {
            prop_assert!(series.readings.iter().zip(0..).all(|(row, index)| row.index == index));
        }
        let mut reader = SeriesReader::new(text.as_bytes()).unwrap();
        if reader.any(|row| row.is_err()) {
            prop_assert_eq!(reader.next(), None);
        }
    }
}
