use anyhow::Context as _;
use comity_mycel::series::SeriesError;

use super::{CliError, Exit, Fail, one_line};

fn fail<T>(result: anyhow::Result<T>) -> Fail {
    result.err().unwrap().into()
}

#[test]
fn the_name_comes_from_the_cause_and_the_words_from_the_context() {
    let wrong = SeriesError::WrongColumns { line: 7, columns: 3 };
    let fail = fail(Err::<(), _>(wrong).context("read readings.csv"));
    assert_eq!(fail.code(), "mycel.series_wrong_columns");
    assert_eq!(fail.exit(), Exit::Unusable);
    let expected = "error: read readings.csv [mycel.series_wrong_columns]\n  caused by: line 7: 3 columns, \
                    expected 2\nhint: two columns a line, `timestamp,value`, without quotes\n";
    assert_eq!(fail.render(), expected);
}

#[test]
fn a_missing_file_is_unusable_input_and_a_full_disk_a_failure() {
    let of = |kind: std::io::ErrorKind| Fail::from(std::io::Error::from(kind)).exit();
    assert_eq!(of(std::io::ErrorKind::NotFound), Exit::Unusable);
    assert_eq!(of(std::io::ErrorKind::StorageFull), Exit::Failed);
}

#[test]
fn an_error_without_a_name_is_a_failure() {
    let fail: Fail = anyhow::anyhow!("what").into();
    assert_eq!((fail.code(), fail.exit()), ("comity.unexpected", Exit::Failed));
}

#[test]
fn a_cause_that_is_quoted_already_is_not_repeated() {
    let inner = CliError::NoTreatyToAccept;
    let fail = fail(Err::<(), _>(inner.clone()).context(format!("answer: {inner}")));
    assert_eq!(fail.chain().len(), 1);
}

#[test]
fn text_from_outside_cannot_fake_a_line() {
    assert_eq!(one_line("ok\nerror: no\u{1b}[31m"), "ok?error: no?[31m");
}
