//! Nodes and agents with the program's verbs: invited, joined, found, passed over, gone.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::mesh::{Na, member, mesh, private};
use crate::program::Ran;

/// A node of `na` in the folder `name`.
fn join(na: &Na, name: &str) -> Ran {
    let (invite, dir) = (na.path(&format!("{name}.invite")), na.path(name));
    let words = ["node", "invite", "--role", "service:counting", "--out", &invite];
    na.signed(&words).good();
    na.asked(&["node", "join", "--dir", &dir, "--invite", &invite])
}

fn register(na: &Na, node: &str, agent: &str, port: u16) -> Ran {
    let (dir, port) = (na.path(node), port.to_string());
    let words = ["agents", "register", "--dir", &dir, "--agent", agent, "--host", "127.0.0.1"];
    na.asked(&[&words[..], &["--port", &port, "--capability", "count_x"]].concat())
}

/// A port at which nobody opens.
fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_node_joins_once_lives_renews_and_is_revoked() {
    let alpha = Na::start("alpha", 10, false);
    let said = join(&alpha, "one").good();
    assert!(said.contains("joined alpha") && said.contains("role:service:counting"), "{said}");
    for name in ["one/node.key", "one.invite"] {
        let mode = Path::new(&alpha.path(name)).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let (dir, invite) = (alpha.path("one"), alpha.path("one.invite"));
    // An invite lets one node in, once.
    let again = alpha.asked(&["node", "join", "--dir", &alpha.path("two"), "--invite", &invite]);
    again.refused(1, "client.not_authorised");
    assert!(!Path::new(&alpha.path("two/certificate.json")).exists());
    alpha.asked(&["node", "heartbeat", "--dir", &dir]).good();
    let certificate = || std::fs::read_to_string(alpha.path("one/certificate.json")).unwrap();
    let before = certificate();
    let renewed = alpha.asked(&["node", "renew", "--dir", &dir, "--json"]).document();
    assert_ne!(certificate(), before);
    let id = member(&renewed, "/cert_id");
    alpha.signed(&["node", "revoke", &id, "--reason", "key_compromise"]).good();
    alpha.asked(&["node", "heartbeat", "--dir", &dir]).refused(1, "client.not_authorised");
    assert_eq!(alpha.signed(&["node", "revoke", &id, "--reason", "dislike"]).status, 2);
    alpha.signed(&["node", "revoke", "nobody"]).refused(1, "client.not_there");
    let open = alpha.path("one/node.key");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    alpha.asked(&["node", "heartbeat", "--dir", &dir]).refused(2, "comity.key_file_open");
}

#[test]
fn a_capability_is_routed_to_the_first_who_opens_and_only_within_trust() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    for (na, node) in [(&alpha, "one"), (&alpha, "two"), (&beta, "three")] {
        join(na, node).good();
    }
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = open.local_addr().unwrap().port();
    register(&alpha, "one", "counter-a", closed()).good();
    register(&alpha, "two", "counter-b", closed()).good();
    register(&beta, "three", "counter-c", port).good();
    let listed = alpha.asked(&["agents", "list", "--capability", "count_x", "--json"]).document();
    assert_eq!(listed["agents"].as_array().unwrap().len(), 2);
    assert_eq!(member(&listed, "/agents/0/reason"), "valid");
    let wild = alpha.asked(&["agents", "list", "--capability", "count%"]).good();
    assert_eq!(wild, "nobody\n");

    let (beta_url, trail) = (beta.url(), alpha.path("trail.json"));
    let route = |more: &[&str]| {
        let words = ["agents", "route", "count_x", "--peer", &beta_url, "--json"];
        alpha.asked(&[&words[..], more].concat())
    };
    // Without knocking the first in order has it.
    assert_eq!(member(&route(&[]).document(), "/provider/agent_id"), "counter-a");
    // Nobody of alpha opens, and beta is a stranger.
    let nobody = route(&["--probe", "--trail", &trail]);
    assert_eq!(nobody.status, 1, "{nobody:?}");
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&trail).unwrap()).unwrap();
    let steps = kept["trail"].as_array().unwrap();
    let words = |index: usize| (member(&steps[index], "/agent"), member(&steps[index], "/action"));
    let pair = |agent: &str, action: &str| (agent.to_owned(), action.to_owned());
    assert_eq!(words(0), pair("counter-c", "left_out"));
    assert_eq!(member(&steps[0], "/detail"), "sovereign_not_trusted");
    assert_eq!(words(2), pair("counter-a", "failed"));
    assert_eq!(words(4), pair("counter-b", "failed"));
    // Alpha recognises beta.
    alpha.signed(&["recognise", "--peer", &beta_url, "--role", "service:counting"]).good();
    let found = route(&["--probe"]).document();
    assert_eq!(member(&found, "/provider/agent_id"), "counter-c");
    assert_eq!(member(&found, "/sovereign_id"), "beta");
    let key = member(&found, "/provider/node_public_key");
    assert_eq!(route(&["--probe", "--exclude", &key]).status, 1);
    // Who goes is not found any more.
    beta.asked(&["agents", "remove", "--dir", &beta.path("three")]).good();
    assert_eq!(route(&["--probe"]).status, 1);
    beta.asked(&["agents", "remove", "--dir", &beta.path("three")]).refused(1, "client.not_there");
}

#[test]
fn what_no_registry_takes_is_refused_before_it_is_sent() {
    let alpha = Na::start("alpha", 10, false);
    join(&alpha, "one").good();
    let dir = alpha.path("one");
    let words =
        ["agents", "register", "--dir", &dir, "--agent", "x", "--host", "h", "--capability"];
    let port = |port| alpha.asked(&[&words[..], &["c", "--port", port]].concat());
    assert_eq!(port("0").status, 2);
    assert_eq!(port("65536").status, 2);
    let scheme = [&words[..], &["c", "--port", "1", "--scheme", "ftp"]].concat();
    assert_eq!(alpha.asked(&scheme).status, 2);
    mesh(&["agents", "list", "--at", "ftp://x"]).refused(2, "client.bad_endpoint");
}

/// An announcement of `na`, by the key of its authority in a plain file.
fn announce(na: &Na, sequence: &str, out: &str) -> Ran {
    let (genesis, key) = (na.path("genesis.json"), na.path("authority.key"));
    if !Path::new(&genesis).exists() {
        let document = na.show()["genesis"].to_string();
        std::fs::write(&genesis, document).unwrap();
        let seed = comity_wire::b64::encode(na.authority().seed());
        private(Path::new(&key), &format!("# Ed25519 Private Key\n{seed}\n"));
    }
    let (url, hash) = (na.url(), "5a".repeat(32));
    let words = ["overlay", "announce", "--genesis", &genesis, "--key", &key, "--endpoint", &url];
    let more = ["--capabilities-hash", &hash, "--sequence", sequence, "--out", out];
    mesh(&[&words[..], &more].concat())
}

#[test]
fn announcements_are_taken_in_only_after_they_were_checked() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let [first, second, forged, cache] =
        ["1.json", "2.json", "forged.json", "cache.json"].map(|name| alpha.path(name));
    announce(&alpha, "1", &first).good();
    announce(&alpha, "2", &second).good();
    assert_eq!(announce(&alpha, "0", &first).status, 2);
    let merge = |record: &str| mesh(&["overlay", "merge", "--cache", &cache, record]);
    let lookup = || mesh(&["overlay", "lookup", "alpha", "--cache", &cache]);
    assert_eq!(lookup().status, 1);
    assert!(merge(&second).good().contains("added"));
    assert!(merge(&second).good().contains("seen_again"));
    let older = merge(&first);
    assert!(older.status == 1 && older.stdout.contains("superseded"), "{older:?}");
    let text = std::fs::read_to_string(&second).unwrap();
    std::fs::write(&forged, text.replace("\"sequence_no\":2", "\"sequence_no\":9")).unwrap();
    let tampered = merge(&forged);
    assert!(tampered.status == 1 && tampered.stdout.contains("invalid_signature"), "{tampered:?}");
    assert!(lookup().good().contains(&alpha.url()));
    // Beta, who calls itself alpha, does not get the name.
    let claimed = beta.path("claimed.json");
    announce(&beta, "7", &claimed).good();
    let mut record: comity_mesh::overlay::OverlayDiscoveryRecord =
        comity_mesh::schema::Field::read(
            &comity_wire::mesh_json::parse(&std::fs::read(&claimed).unwrap()).unwrap(),
        )
        .unwrap();
    "alpha".clone_into(&mut record.sovereign_id);
    let record = record.announce(&beta.authority()).unwrap();
    let value = comity_mesh::schema::Field::write(&record);
    std::fs::write(&claimed, comity_wire::mesh_json::canonical(&value)).unwrap();
    let taken = merge(&claimed);
    assert!(taken.status == 1 && taken.stdout.contains("sovereign_id_taken"), "{taken:?}");
    // A cache that somebody has touched gives nothing away.
    let kept = std::fs::read_to_string(&cache).unwrap();
    std::fs::write(&cache, kept.replace("127.0.0.1", "127.0.0.9")).unwrap();
    assert_eq!(lookup().status, 1);
}
