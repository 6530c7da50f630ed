use super::{Request, Show, parse};

fn read(args: &[&str]) -> Result<Request, String> {
    parse(args.iter().map(Into::into))
}

#[test]
fn options_and_directories_come_in_any_order() {
    let id = "ab".repeat(32);
    let request = read(&["a", "--json", "--threads=3", "--expect", &id, "b", "--", "--c"]).unwrap();
    assert_eq!(request.directories, ["a", "b", "--c"].map(std::path::PathBuf::from));
    assert_eq!((request.json, request.quiet, request.threads), (true, false, Some(3)));
    assert_eq!(request.expect, [id.parse().unwrap()]);
    assert_eq!(read(&["-h"]).unwrap().show, Show::Help);
    assert_eq!(read(&["--version"]).unwrap().show, Show::Version);
}

#[test]
fn wrong_arguments_are_named() {
    for (args, word) in [
        (&[][..], "no directory"),
        (&["d", "--colour"], "--colour"),
        (&["d", "--threads", "0"], "--threads takes"),
        (&["d", "--threads", "x"], "--threads takes"),
        (&["d", "--threads"], "needs a value"),
        (&["d", "--expect", "AB"], "64 lower-case"),
        (&["d", "--expect"], "needs a value"),
        (&["d", "--json=yes"], "takes no value"),
    ] {
        let error = read(args).unwrap_err();
        assert!(error.contains(word), "{args:?}: {error}");
    }
}
