use super::*;

#[test]
fn a_file_is_read_as_what_it_is() {
    let (charter, parameters) = (Charter::founding(), Parameters::founding());
    for file in [RuleFile::from(charter.clone()), RuleFile::from(parameters.clone())] {
        assert_eq!(RuleFile::decode(file.bytes()), Ok(file.clone()));
    }
    assert_eq!(RuleFile::from(charter.clone()).hash(), charter.hash());
    assert_eq!(RuleFile::from(charter).instrument(), Instrument::Charter);
    assert_eq!(RuleFile::from(parameters).instrument(), Instrument::Parameters);
}

#[test]
fn what_is_neither_is_refused_by_name() {
    let code = |bytes: &[u8]| RuleFile::decode(bytes).unwrap_err().code();
    assert_eq!(code(b"{\"chambers\":{}}"), "constitution.charter_wire");
    assert_eq!(code(b"{}"), "constitution.wire");
    assert_eq!(code(b"not json"), "constitution.wire");
    assert_eq!(code(&vec![b' '; RuleFile::BYTES_MAX + 1]), "constitution.too_long");
}
