//! Examples that other people published.

use comity_tlog::{Note, Vkey};

/// C2SP `signed-note`, section "Verifier keys", example.
#[test]
fn the_example_of_the_signed_note_specification_verifies() {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let vkey: Vkey = vkey.parse().unwrap();
    let bytes = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let note = Note::decode(bytes.as_bytes()).unwrap();
    assert_eq!(note.encode(), bytes.as_bytes());
    assert!(vkey.verify(&note.text, &note.signatures[0]));
    assert!(!vkey.verify("This is an example message!\n", &note.signatures[0]));
}
