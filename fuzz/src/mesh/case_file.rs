//! Case files: read, checked, withheld from, and added to.

use comity_mesh::case_file::{CaseFile, Content, Draft, RedactionRule};
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{self, Value};

use super::{document, keys, time};
use crate::input::Input;
use crate::oracle;

/// What is withheld changes no hash; what is good stays good; a refused entry changes nothing.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (which, what) = (input.byte(), input.byte());
    let Some(value) = document(input.rest()) else { return };
    let file = match CaseFile::read(&value) {
        Ok(file) => file,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    let exported = mesh_json::parse(&file.export()).expect("an export is JSON");
    assert_eq!(CaseFile::read(&exported).as_ref(), Ok(&file), "exported, but read otherwise");
    let (keys, at) = (keys(&value), time(3));
    let standing = file.verify(&keys, at);
    let rule = rule(&file, which, what);
    let redacted = file.redacted(&rule);
    assert_eq!(redacted.head(), file.head());
    assert_eq!(redacted.redacted(&rule), redacted, "withheld twice");
    if let Ok(standing) = standing {
        let after = redacted.verify(&keys, at).expect("a redacted file is as good as the whole");
        assert_eq!((after.head, after.step), (standing.head, standing.step));
        assert!(standing.withheld_count <= after.withheld_count);
    }
    append(&file, which, what);
}

/// A rule over a step and a member that are there, or over every one.
fn rule(file: &CaseFile, which: u8, what: u8) -> RedactionRule {
    let entry = file.entries.get(usize::from(which) % (file.entries.len() + 1));
    let members = entry.map(|entry| entry.sealed.keys().cloned().collect::<Vec<_>>());
    let members = members.unwrap_or_default();
    RedactionRule {
        rule_id: "r".to_owned(),
        steps: entry.map(|entry| entry.step).into_iter().collect(),
        members: members
            .get(usize::from(what) % (members.len() + 1))
            .cloned()
            .into_iter()
            .collect(),
        reason: "privacy".to_owned(),
    }
}

/// Says again, at the end and by somebody else's key, what an entry says.
fn append(file: &CaseFile, which: u8, what: u8) {
    let mut longer = file.clone();
    longer.entries.truncate(usize::from(what) % (file.entries.len() + 1));
    let before = longer.clone();
    let Some(entry) = file.entries.get(usize::from(which) % file.entries.len().max(1)) else {
        return;
    };
    let members = entry.content.iter().map(|(name, it)| (name.clone(), it.value.clone()));
    let Ok(content) = Content::read(entry.step, &Value::Map(members.collect())) else { return };
    let draft = Draft {
        issued_at: entry.issued_at,
        content,
        respond_by: entry.respond_by,
        outcome: entry.outcome,
        seed: [what; 32],
    };
    match longer.append(&draft, &SigningKey::from_seed([which; 32]), "somebody") {
        Ok(standing) => {
            assert_eq!(standing.entry_count, before.entries.len() + 1);
            assert_eq!(longer.head(), Some(standing.head));
        }
        Err(error) => {
            oracle::refusal(error.code(), &error);
            assert_eq!(longer, before, "refused, but changed");
        }
    }
}
