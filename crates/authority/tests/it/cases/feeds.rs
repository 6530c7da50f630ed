//! Feeds of others.

use comity_authority::{Refusal, Write};
use comity_wire::mesh_json::Value;

use super::{BETA, MEMBER, put, refused};
use crate::refusals::Case;
use crate::refusals::How::{Admin, Run};
use crate::world::World;

/// A feed of beta, which alpha recognises, taken over after `change`.
fn imported(world: &mut World, change: impl FnOnce(&mut Value, &mut World)) -> Result<(), Refusal> {
    let mut beta = World::of("beta", 11, 12);
    let id = beta.made(&Write::IssueAttestation, MEMBER, "attestation_id");
    beta.admin(&Write::RevokeAttestation(id), "{}").unwrap();
    let mut body = Value::from([("feed", beta.na.feed(None).unwrap().body)]);
    world.admin(&Write::IssueTreaty, BETA).unwrap();
    change(&mut body, world);
    world.admin_value(&Write::ImportFeed, &body).map(drop)
}

/// Puts a member of the feed in the place of another.
fn in_feed(body: &mut Value, name: &str, value: Value) {
    let Value::Map(body) = body else { panic!("an object") };
    let Some(Value::Map(feed)) = body.get_mut("feed") else { panic!("a feed") };
    feed.insert(name.to_owned(), value);
}

pub(super) fn feeds() -> Vec<Case> {
    vec![
        ("invalid_sovereign_revocation_feed", 422, Admin(|| Write::ImportFeed, "{}")),
        (
            "invalid_issuer_public_keys",
            400,
            Run(|it| {
                refused(imported(it, |body, _| put(body, "issuer_public_keys", Value::from(1_u64))))
            }),
        ),
        (
            "invalid_expected_issuer_sovereign_id",
            400,
            Run(|it| {
                refused(imported(it, |body, _| {
                    put(body, "expected_issuer_sovereign_id", Value::from(1_u64))
                }))
            }),
        ),
        (
            "wrong_issuer",
            400,
            Run(|it| {
                refused(imported(it, |body, _| {
                    put(body, "expected_issuer_sovereign_id", Value::from("carol"))
                }))
            }),
        ),
        (
            "missing_issuer_public_keys",
            400,
            Run(|it| {
                refused(imported(it, |body, _| {
                    in_feed(body, "issuer_sovereign_id", Value::from("carol"))
                }))
            }),
        ),
        (
            "missing_signature",
            400,
            Run(|it| {
                refused(imported(it, |body, _| in_feed(body, "signatures", Value::List(vec![]))))
            }),
        ),
        (
            "invalid_signature",
            400,
            Run(|it| {
                refused(imported(it, |body, _| in_feed(body, "feed_id", Value::from("other"))))
            }),
        ),
        (
            "invalid_promise",
            400,
            Run(|it| {
                refused(imported(it, |body, _| {
                    let feed = body.get("feed").unwrap().clone();
                    let Some(Value::Map(mut promise)) = feed.get("comity_promise").cloned() else {
                        panic!("a promise")
                    };
                    promise.insert("next_update".to_owned(), Value::from("2090-01-01T00:00:00Z"));
                    in_feed(body, "comity_promise", Value::Map(promise));
                }))
            }),
        ),
        (
            "feed_overdue",
            400,
            Run(|it| refused(imported(it, |_, world| world.at = world.at.plus(90_000)))),
        ),
        (
            "stale_sequence",
            409,
            Run(|it| {
                imported(it, |_, _| {}).unwrap();
                refused(imported(it, |_, _| {}))
            }),
        ),
    ]
}
