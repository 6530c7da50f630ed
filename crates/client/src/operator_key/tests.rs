use super::parse;
use crate::ClientError;

#[test]
fn comments_blank_lines_and_line_breaks_do_not_count() {
    let seed = comity_wire::b64::encode(&[9; 32]);
    let (head, tail) = seed.split_at(20);
    for text in [
        seed.clone(),
        format!("# Ed25519 Private Key\n# Key ID: operator-local\n{seed}\n"),
        format!("# a\r\n\r\n{head}\r\n  {tail}\r\n"),
    ] {
        assert_eq!(parse(&text).unwrap().seed(), &[9; 32], "{text}");
    }
}

#[test]
fn anything_but_32_bytes_is_refused_by_name() {
    let long = comity_wire::b64::encode(&[9; 64]);
    let short = comity_wire::b64::encode(&[9; 31]);
    for text in ["", "# only a comment", "not base64!", long.as_str(), short.as_str()] {
        assert_eq!(parse(text).unwrap_err(), ClientError::BadOperatorKey, "{text}");
    }
}
