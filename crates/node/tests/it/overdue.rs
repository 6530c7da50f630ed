//! What time alone has decided is stated by the record that it is about, once.

use comity_commitment::{ItemKind, LifecycleEvent};
use comity_trust::Standing;
use comity_wire::Time;

use crate::polis::{DAY, Polis, key_id};

fn standing(polis: &Polis) -> Standing {
    let now = Time::from_unix(polis.now);
    polis.node.world().standing(&key_id("robot"), now).unwrap()
}

fn marks(polis: &Polis) -> Vec<Standing> {
    let (_, ledger) = polis.node.world().trust(polis.id()).unwrap();
    let marks = ledger.account(&key_id("robot")).unwrap().marks();
    marks.iter().map(|mark| mark.standing).collect()
}

#[test]
fn a_machine_that_time_has_ended_is_said_to_have_ended() {
    let mut polis = Polis::founded();
    polis.now += 101 * DAY;
    polis.tick();
    let quarantined = standing(&polis);
    assert!(matches!(quarantined, Standing::Quarantined { .. }));
    assert_eq!(marks(&polis), [quarantined]);

    // On the last day nothing is said yet; the day after it is, also in a record that was quiet meanwhile.
    let Standing::Quarantined { since } = quarantined else { return };
    polis.now = since.unix() + 180 * DAY;
    polis.tick();
    assert_eq!(marks(&polis), [quarantined]);
    polis.now += 1;
    polis.tick();
    let [_, ended @ Standing::Decommissioned { since: end }] = marks(&polis)[..] else {
        panic!("{:?}", marks(&polis))
    };
    assert_eq!((standing(&polis), end), (ended, since.plus(180 * DAY)));
    let anchors = polis.node.world().record(polis.id()).unwrap().anchors();
    let is_end = |kind| kind == ItemKind::Event(LifecycleEvent::Decommissioned);
    assert_eq!(anchors.items().iter().filter(|item| is_end(item.kind)).count(), 1);

    let said = polis.record.len();
    polis.tick();
    assert_eq!(polis.record.len(), said, "nothing is said twice");
    assert_eq!(polis.refused, Vec::<&str>::new());
}
