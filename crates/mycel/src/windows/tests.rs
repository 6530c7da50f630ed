use comity_wire::Time;
use proptest::prelude::{any, proptest};

use super::{WINDOWS_BYTES_MAX, WINDOWS_MAX, WindowsError, read_windows};
use crate::facts::Span;

const ONE: &str = r#"["2014-01-27 14:20:00.000000", "2014-01-29T13:30:00Z"]"#;

fn read(text: &str) -> Result<Vec<Span>, WindowsError> {
    read_windows(text.as_bytes(), "machine.csv")
}

fn one() -> Span {
    Span {
        from: Time::parse("2014-01-27T14:20:00Z").unwrap(),
        to: Time::parse("2014-01-29T13:30:00Z").unwrap(),
    }
}

#[test]
fn a_list_alone_and_a_list_by_name_are_both_read() {
    assert_eq!(read(&format!("[{ONE}]")), Ok(vec![one()]));
    assert_eq!(read(&format!(r#"{{"machine.csv": [{ONE}], "other.csv": []}}"#)), Ok(vec![one()]));
    assert_eq!(read(&format!(r#"{{"renamed.csv": [{ONE}]}}"#)), Ok(vec![one()]));
}

#[test]
fn every_mistake_is_named() {
    let later = r#"["2014-02-27 00:00:00", "2014-02-28 00:00:00"]"#;
    for (text, code) in [
        ("", "wire.syntax"),
        ("{\"a\": [], \"a\": []}", "wire.duplicate_key"),
        ("7", "mycel.windows_wrong_shape"),
        ("{\"a\": 7}", "mycel.windows_wrong_shape"),
        ("{}", "mycel.windows_unknown_series"),
        ("{\"a\": [], \"b\": []}", "mycel.windows_unknown_series"),
        ("[]", "mycel.windows_empty"),
        ("[[]]", "mycel.windows_bad_window"),
        ("[[\"2014-01-27 14:20:00\", 7]]", "mycel.windows_bad_window"),
        ("[[\"2014-01-27 14:20:00\", \"soon\"]]", "mycel.windows_bad_window"),
        ("[[\"2014-01-27 14:20:00\", \"2014-01-27 14:20:00\"]]", "mycel.windows_reversed"),
    ] {
        assert_eq!(read(text).unwrap_err().code(), code, "{text}");
    }
    assert_eq!(read(&format!("[{later},{ONE}]")), Err(WindowsError::NotAfter { index: 1 }));
    assert_eq!(read(&format!("[{ONE},{ONE}]")), Err(WindowsError::NotAfter { index: 1 }));
    let many = vec![ONE; WINDOWS_MAX + 1].join(",");
    let refused = WindowsError::TooMany { count: WINDOWS_MAX + 1, max: WINDOWS_MAX };
    assert_eq!(read(&format!("[{many}]")), Err(refused));
    let large = " ".repeat(WINDOWS_BYTES_MAX + 1);
    assert_eq!(read(&large).unwrap_err().code(), "mycel.windows_too_large");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(read_windows(&bytes, "machine.csv"));
    }
}
