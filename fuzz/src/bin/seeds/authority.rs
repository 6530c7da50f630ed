//! Seeds for the targets of authorities, their clients and their sockets.

use comity_fuzz::authority::{CHECKS, WRITES, entries, genesis, granted, key};
use comity_fuzz::client::document;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical, parse};

const OBJECTS: &str = include_str!("../../../../crates/mesh/vectors/objects.json");

/// The seeds of one target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    match name {
        "authority_body" => bodies(),
        "authority_frame" => entries().iter().map(|entry| entry.bytes().to_vec()).collect(),
        "authority_headers" => headers(),
        "authority_query" => texts(&[
            "",
            "alpha\0beta\0active\0id-1",
            "\0\0revoked\0id-2",
            "beta\0alpha\0%\0_",
            "alpha\0alpha\0ai.vision\0http://alpha:8443",
        ]),
        "client_answer" => answers(),
        "client_endpoint" => texts(&[
            "http://127.0.0.1:8443",
            "https://NA.example.org:443/mesh/",
            "http://[::1]:80",
            "https://a.b/../c",
            "http://user@host/",
            "http://host:0",
            "https://host?query#fragment",
        ]),
        "client_operator_key" => operator_keys(),
        "http_request" => requests(),
        _ => Vec::new(),
    }
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The inputs of our vectors that name a treaty or the like.
fn inputs() -> Vec<Value> {
    let file = parse(OBJECTS.as_bytes()).unwrap_or(Value::Null);
    let cases = file.get("vectors").map(Value::items).unwrap_or_default();
    let inputs = cases.iter().filter_map(|case| case.get("input").cloned());
    inputs.filter(|input| canonical(input).len() < 3_000).take(12).collect()
}

fn bodies() -> Vec<Vec<u8>> {
    let checks = u8::try_from(CHECKS.len()).unwrap_or_default();
    let writes = u8::try_from(WRITES.len()).unwrap_or_default();
    let behind = |route: u8, body: &[u8]| [&[route, 0][..], body].concat();
    let mut seeds = Vec::new();
    for (write, body) in granted() {
        seeds.push(behind(checks + write, &canonical(&body)));
    }
    for (number, input) in (0_u8..).zip(inputs()) {
        seeds.push(behind(number % checks, &canonical(&input)));
    }
    for route in 0..checks + writes {
        seeds.push(behind(route, b"{}"));
    }
    seeds.push(behind(checks, b"[]"));
    seeds.push(behind(checks, b"{\"subject_sovereign_id\":1,\"validity_hours\":1e3}"));
    seeds
}

fn headers() -> Vec<Vec<u8>> {
    let cases: [(u8, &str); 8] = [
        (0, "2"),
        (0, "1"),
        (1, "op"),
        (2, "2026-06-01T12:00:00Z"),
        (2, "2026-06-01T12:00:00"),
        (3, "n-9"),
        (3, ""),
        (4, "AAAA"),
    ];
    cases.iter().map(|(which, text)| [&[*which], text.as_bytes()].concat()).collect()
}

fn answers() -> Vec<Vec<u8>> {
    let (genesis, document) = (canonical(&genesis().write()), canonical(&document()));
    let ok = b"{\"status\":\"ok\"}".as_slice();
    let view = b"{\"summary\":{\"sovereign_count\":1}}".as_slice();
    let path = b"{\"from\":\"alpha\",\"to\":\"beta\",\"trusted\":false,\"reason\":\"no_active_treaty_path\",\"path\":[],\"hop_count\":0}".as_slice();
    let refusal =
        b"{\"error\":{\"code\":\"stale_sequence\",\"message\":\"old\",\"details\":{}}}".as_slice();
    let say =
        |what: u8, status: u8, parts: &[&[u8]]| [&[what, status][..], &parts.join(&0)].concat();
    let mut seeds = vec![
        say(0, 0, &[&genesis, &document]),
        say(1, 0, &[ok, ok, &genesis, &document, view]),
        say(2, 0, &[&genesis, &document, ok, ok, view]),
        say(3, 0, &[path]),
        say(5, 3, &[path]),
        say(6, 0, &[b"{\"agents\":[{}]}"]),
        say(7, 8, &[refusal]),
        say(7, 4, &[b""]),
        say(7, 10, &[b"<html>"]),
    ];
    let revocations = inputs().into_iter().filter_map(|input| input.get("feed").cloned());
    seeds.extend(revocations.map(|feed| say(4, 0, &[&canonical(&feed)])));
    seeds
}

fn operator_keys() -> Vec<Vec<u8>> {
    let seed = comity_wire::b64::encode(&[7; 32]);
    let (head, tail) = seed.split_at(20);
    vec![
        format!("# Ed25519 Private Key\n# Key ID: op\n{seed}\n").into_bytes(),
        format!("{head}\r\n  {tail}").into_bytes(),
        seed.trim_end_matches('=').as_bytes().to_vec(),
        key(7).into_bytes(),
        b"#".to_vec(),
    ]
}

fn requests() -> Vec<Vec<u8>> {
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: a\r\n\r\n").into_bytes();
    let post = |target: &str, body: &str| {
        let len = body.len();
        format!("POST {target} HTTP/1.1\r\nhost: a\r\ncontent-length: {len}\r\n\r\n{body}")
            .into_bytes()
    };
    vec![
        get("/healthz"),
        get("/connectome/trust-path?from=alpha&to=b%65ta"),
        get("/treaties/%ff%00?status=+%zz"),
        get("/sovereign-revocation-feed?issuer_sovereign_id=alpha"),
        get("/admin/audit?from=0&limit=18446744073709551616"),
        get("/connectome.json"),
        post("/recognition-treaties/verify", "{\"treaty\":{}}"),
        post("/attestations/verify", "{\"attestation\":null,\"recognition_policy\":{}}"),
        post("/admin/invite", "{}"),
        post("/join", "{\"invite_token\":\"x\"}"),
        post("/agents", "[]"),
        [get("/healthz"), get("/genesis")].concat(),
        b"POST /agreements/verify HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n".to_vec(),
        b"GET / HTTP/1.0\r\n\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nhost: a\r\nx-request-id: \x01\r\n\r\n".to_vec(),
        b"HEAD http://b/metrics HTTP/1.1\r\nhost: a\r\nhost: b\r\nexpect: 100-continue\r\n\r\n".to_vec(),
    ]
}
