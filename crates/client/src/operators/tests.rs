use comity_mesh::continuity::ContinuityStatus;
use comity_mesh::operator::roster::{OperatorRoster, RosterReason};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::{Life, PublishedLife, deliver, roster};
use crate::memory::{ALPHA, Memory, at, operator, stamp};
use crate::review::Identity;
use crate::{ClientError, Remote};

fn unsigned_roster() -> OperatorRoster {
    OperatorRoster {
        object_type: OperatorRoster::OBJECT_TYPE.to_owned(),
        sovereign_id: "alpha".to_owned(),
        issued_at: at(),
        operators: std::collections::BTreeMap::from([("op".to_owned(), ALPHA.authority_key())]),
        issued_by: "na-1".to_owned(),
        signature: None,
    }
}

#[test]
fn a_roster_that_does_not_hold_gives_no_keys() {
    let endpoint = ALPHA.endpoint();
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    let at_keys = format!("GET {}", ALPHA.url("/operator/keys"));
    memory.answer(&at_keys, 200, &unsigned_roster().write());
    let remote = Remote::new(&endpoint, &memory);
    let identity = Identity::read(&remote, None, at()).unwrap();
    let refused = roster(&remote, &identity, at()).unwrap_err();
    let wanted = ClientError::Roster {
        sovereign: "alpha".to_owned(),
        reason: RosterReason::MissingSignature,
    };
    assert_eq!((refused.code(), refused), ("client.roster_refused", wanted));
}

#[test]
fn an_operator_without_a_word_or_a_feed_is_stale() {
    let life = Life {
        sovereign_id: "alpha".to_owned(),
        keys: Vec::new(),
        published: PublishedLife {
            continuity: Value::Null,
            heartbeats: Vec::new(),
            notices: Vec::new(),
        },
        feed: Err(ClientError::BadId),
    };
    let continuity = life.assess(at());
    assert_eq!(continuity.status, ContinuityStatus::Stale);
    assert!(life.latest(&continuity).is_none());
}

#[test]
fn what_nobody_hands_in_is_not_sent() {
    let (endpoint, memory) = (ALPHA.endpoint(), Memory::default());
    let remote = Remote::new(&endpoint, &memory);
    for object in [Value::from([]), Value::from([("object_type", Value::from("comity.x/v1"))])] {
        let refused = deliver(&remote, &object, &operator(), &stamp("n")).unwrap_err();
        assert_eq!(refused.code(), "client.wrong_shape");
    }
    let end = [
        ("object_type", Value::from("comity.partner-delegation-end/v1")),
        ("delegation_id", Value::from("..")),
    ];
    let refused = deliver(&remote, &Value::from(end), &operator(), &stamp("n")).unwrap_err();
    assert_eq!(refused, ClientError::BadId);
    assert!(memory.log().is_empty());
}
