use super::*;

fn round(text: &str) -> String {
    String::from_utf8(canonical(&parse(text.as_bytes()).unwrap())).unwrap()
}

#[test]
fn numbers_keep_their_kind_and_are_laid_out_as_python_does() {
    for (given, written) in [
        ("10000000000000000000000000", "10000000000000000000000000"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("1.0", "1.0"),
        ("1e0", "1.0"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("1.5e-7", "1.5e-07"),
        ("5e-324", "5e-324"),
        ("9999999999999998.0", "9999999999999998.0"),
        ("1e15", "1000000000000000.0"),
        ("1e16", "1e+16"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("123.25", "123.25"),
        ("-12e2", "-1200.0"),
        ("0.5", "0.5"),
    ] {
        assert_eq!(round(given), written, "{given}");
    }
}

#[test]
fn text_is_ascii_with_the_escapes_of_python() {
    let given = format!(r#""a/<\u0000\u007f\b\f\n\r\t\"\\{}""#, "\u{e9}\u{1f600} ");
    let written = r#""a/<\u0000\u007f\b\f\n\r\t\"\\\u00e9\ud83d\ude00 ""#;
    assert_eq!(round(&given), written);
}

#[test]
fn members_are_ordered_by_code_point() {
    // UTF-16 would put the astral name first.
    assert_eq!(round("{\"\u{ff5e}\":1,\"\u{1f600}\":2,\"b\":3,\"a\":[]}"), {
        r#"{"a":[],"b":3,"\uff5e":1,"\ud83d\ude00":2}"#
    });
}

#[test]
fn what_is_not_strict_json_is_refused() {
    let deep = "[".repeat(3000) + &"]".repeat(3000);
    let long = "1".repeat(limits::MESH_INTEGER_DIGITS_MAX + 1);
    for text in
        ["{\"a\":1,\"a\":1}", "NaN", "Infinity", "1e999", "\"\\ud800\"", "01", "", &deep, &long]
    {
        assert!(parse(text.as_bytes()).is_err(), "{}", text.get(..20).unwrap_or(text));
    }
}

#[test]
fn datetimes_are_written_as_they_were_given() {
    for (given, written) in [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01t00:00:00z", "2026-01-01T00:00:00Z"),
        ("2026-01-01 10:30", "2026-01-01T10:30:00"),
        ("2026-01-01_10:30:05.1+0000", "2026-01-01T10:30:05.100000Z"),
        ("2026-01-01T10:30:05.123456789-05:30", "2026-01-01T10:30:05.123456-05:30"),
        ("2026-01-01", "2026-01-01T00:00:00"),
        ("1767225600", "2026-01-01T00:00:00Z"),
        ("1767225600000", "2026-01-01T00:00:00Z"),
        ("1767225600.5", "2026-01-01T00:00:00.500000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ] {
        assert_eq!(Datetime::parse(given).unwrap().to_string(), written, "{given}");
    }
    for given in [
        "20260101T000000Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-02-30",
        "0000-01-01",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00",
        "",
        "-",
        "now",
    ] {
        assert!(Datetime::parse(given).is_err(), "{given}");
    }
}

#[test]
fn an_offset_moves_the_instant_and_its_absence_reads_as_utc() {
    let at = |text| Datetime::parse(text).unwrap();
    assert_eq!(at("2026-01-01T02:00:00+02:00").instant(), at("2026-01-01T00:00:00Z").instant());
    assert_eq!(at("2026-01-01T00:00:00").instant(), at("2026-01-01T00:00:00Z").instant());
    assert_ne!(at("2026-01-01T00:00:00"), at("2026-01-01T00:00:00Z"));
    assert_eq!(at("2026-01-01T00:00:00Z").isoformat(), "2026-01-01T00:00:00+00:00");
    assert_eq!(at("2026-01-01T00:00:00Z").plus(90).to_string(), "2026-01-01T00:01:30Z");
}
