//! Nasty objects, one short list for each target.

/// Hand-made inputs for one target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    let texts: Vec<String> = match name {
        "wire_jcs" | "wire_json" => json(),
        "wire_statement" => vec![statement_as_list()],
        "wire_values" => values(),
        "sign_keys" => vec!["did:key:z".to_owned(), format!("did:key:z6Mk{}", "1".repeat(44))],
        "facts" => {
            vec!["\u{0}[]".to_owned(), "\u{1}null".to_owned(), "\u{9}{\"audit\":null}".to_owned()]
        }
        "constitution_parameters" => vec!["{}".to_owned(), "{\"name\":\"x\"}".to_owned()],
        "constitution_source" => constitution_source(),
        "mission_bundle" => mission_bundle(),
        "constitution_charter" => vec!["{}".to_owned(), "{\"version\":1}".to_owned()],
        "conformance" => conformance(),
        "commitment_epoch" => {
            words(&["2026-01-01T00", "2026-01-01T00:00:00Z", "9999-12-31T23", "-001-01-01T00"])
        }
        "mission_label" => words(&[
            "Claude ",
            "a-_ b",
            "\u{130}stanbul",
            "\u{1e9e}",
            "\u{df}\u{fb01}",
            "'",
            "-",
            "AT&T",
        ]),
        "mycel_predicate" => words(&[
            "report.recall_ppm >= 750000 && report.precision_ppm >= 500000",
            "report.a==-9223372036854775808",
            "report.a >= 1 &&",
            "&&",
            "report. < 0",
        ]),
        "mycel_series" => series(),
        "mycel_windows" => windows(),
        "mycel_vector" => words(&["{\"about\":\"\",\"input\":{},\"report\":null}"]),
        "mycel_schema" => words(&[
            "{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"}\u{0}\"00\"",
            "{\"type\":\"integer\",\"minimum\":0}\u{0}-1",
            "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}}\u{0}[[true]]",
        ]),
        "mycel_disclosure" => words(&["{\"leaves\":[]}", "{\"rows\":[[]]}", "{\"rows\":null}"]),
        "tlog_note" => words(&[
            "a\n\n\u{2014} b AAAAAAA=\n",
            "\n\n\u{2014} b AAAAAAA=\n",
            "a\n\n\u{2014} b+c AAAAAAA=\n",
        ]),
        "tlog_checkpoint" => words(&["a\n18446744073709551616\n\n", "a\n01\nAAAA\n"]),
        "tlog_vkey" => words(&[
            "a+00000000+AQ==",
            "tile/0/x001/234.p/5",
            "tile/entries/000",
            "tile/8/000.p/256",
        ]),
        "tlog_fork" => words(&["comity-fork/v1\nsmaller 18446744073709551615\n"]),
        "keyfile" => words(&[
            "age-encryption.org/v1\n",
            "-> X25519 \n",
            "age-encryption.org/v1\n-> scrypt AA 10\n",
        ]),
        "wire_envelope" | "sign_claim" => words(&[
            "{\"payload\":\"\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[]}",
        ]),
        _ => Vec::new(),
    };
    let mut seeds: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    seeds.extend(binary(name));
    seeds
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn json() -> Vec<String> {
    let mut all = words(&[
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"b\":1,\"a\":2}",
        "{\"\u{e000}\":1,\"\u{1d4f1}\":2}",
        "{\"\u{1d4f1}\":2,\"\u{e000}\":1}",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u001f\\u007f\\/\"",
        "9007199254740991",
        "-9007199254740992",
        "9007199254740993.0",
        "1e400",
        "-0",
        "0.1e-7",
        "01",
        "NaN",
        " {} ",
        "\u{feff}{}",
        "{} {}",
        "[1,]",
        "\"\u{0}\"",
    ]);
    all.push("[".repeat(200));
    all.push(format!("{}{}", "[".repeat(17), "]".repeat(17)));
    all.push(format!("{}1{}", "{\"a\":".repeat(64), "}".repeat(64)));
    all
}

/// The same members in the order of their names, without the names: serde reads a struct from a list, too.
fn statement_as_list() -> String {
    let id = "0".repeat(64);
    format!(
        "[\"https://in-toto.io/Statement/v1\",[\"2026-01-01T00:00:00Z\",{{}},[],\"{id}\",\"did:key:z6Mk\"],\
         \"comity:mesh/genesis/v1\",[[[\"{id}\"],\"parameters\"]]]"
    )
}

fn values() -> Vec<String> {
    words(&[
        "\u{0}2026-02-29T00:00:00Z",
        "\u{0}0000-01-01T00:00:00Z",
        "\u{0}9999-12-31T23:59:59Z",
        "\u{0}2026-01-01T23:59:60Z",
        "\u{1}-0.000001",
        "\u{1}9223372036854.775808",
        "\u{1}-0",
        "\u{1}1.50",
        "\u{2}did:key:z6Mk",
        "\u{3}00fF",
        "\u{3}0",
        "\u{4}0000000000000000000000000000000000000000000000000000000000000000",
    ])
}

fn conformance() -> Vec<String> {
    words(&[
        "\u{0}{\"cases\":[{\"name\":\"a\",\"value\":{\"b\":1.5},\"canonical\":\"{\\\"b\\\":1.5}\"}]}",
        "\u{1}{\"profiles\":{\"recommended\":{}},\"cases\":[{\"leaves\":[\"00\"],\"root\":\"00\"}]}",
        "\u{2}{\"tolerance\":\"1e-9\",\"params_for_these_vectors\":{},\"cases\":[{}]}",
        "\u{2}{\"cases\":null}",
        "\u{1}[]",
        "\u{4}{\"cases\":[{\"name\":\"a\",\"public_beacon_value_hex\":\"0101010101010101010101010101010101010101010101010101010101010101\",\"previous_commitment_hash_hex\":\"0202020202020202020202020202020202020202020202020202020202020202\",\"chamber_nonce_hex\":\"0303030303030303030303030303030303030303030303030303030303030303\",\"chamber_size\":5,\"c_max\":\"0.4\",\"min_regions\":2,\"min_orgs\":2,\"recusal_set\":[\"t-000001\"],\"pool_generator\":{\"tag\":\"t\",\"n\":40,\"regions\":5,\"orgs\":7},\"raw32\":{\"ok\":true,\"members_digest\":\"00\"},\"utf8\":{\"ok\":false,\"reason\":\"insufficient eligible participants\"}}]}",
        "\u{5}{\"phase_by_N_H\":{\"50\":\"G1\"},\"tier_by_N_H\":{\"500\":\"C1\"},\"one_way\":[{\"sequence_N_H\":[10,60,40],\"expected_phase\":[\"G0\",\"G1\",\"G1\"]}],\"capture_bound\":{\"0.35\":{\"joint\":7.786112009461971e-19}}}",
    ])
}

fn series() -> Vec<String> {
    words(&[
        "timestamp,value\n2013-12-02 21:15:00,73.967322\n2013-12-02 21:20:00,74.935882\n",
        "\u{feff}timestamp,value\r\n2013-12-02 21:15:00,1\r\n",
        "timestamp,value\n2013-12-02 21:15:00,NaN\n",
        "timestamp,value\n2013-12-02 21:15:00,1\n2013-12-02 21:15:00,1\n",
        "timestamp,value\n2013-12-02 21:15:00,1\n2013-12-02 20:20:00,1\n2013-12-02 20:25:00,-1e-3\n",
        "timestamp,value\n2013-12-02 21:15:00,73.96",
        "timestamp,value\n2013-12-02T21:15:00Z,1e300\n",
        "timestamp,value\n\n",
        "time,value\n",
    ])
}

fn windows() -> Vec<String> {
    words(&[
        "{\"machine_temperature_system_failure.csv\":[[\"2013-12-15 17:50:00.000000\",\"2013-12-17 17:00:00.000000\"]]}",
        "[[\"2013-12-15 17:50:00\",\"2013-12-17 17:00:00\"],[\"2013-12-17 16:00:00\",\"2013-12-18 17:00:00\"]]",
        "[[\"2013-12-17 17:50:00\",\"2013-12-15 17:00:00\"]]",
        "{\"a\":[],\"b\":[]}",
        "[]",
        "[[1,2]]",
    ])
}

/// Targets whose bytes are decisions: a few short walks that a mutator can grow.
fn binary(name: &str) -> Vec<Vec<u8>> {
    let ramp = |from: u8, count: u8| {
        (0..count).map(|step| from.wrapping_add(step.wrapping_mul(37))).collect::<Vec<u8>>()
    };
    match name {
        "constitution_appeal" => {
            // One complaint by each of a few people, then whatever leads it on.
            let opened = |by: u8| [11, by, 1, by, by % 7, 0, by + 1, by];
            let led = |more: u8| {
                let steps = (0..200_u8).map(|step| 5 + (step ^ more).wrapping_mul(11) % 6);
                opened(more).into_iter().chain(opened(more + 3)).chain(steps).collect()
            };
            (0..8).map(|step| ramp(step * 13, 250)).chain((0..6).map(led)).collect()
        }
        "constitution_fact" => {
            // Everybody verified, one proposal of each file, then whatever leads it on.
            let led = |file: u8| [&[1, 9, 8, 1, 0, file, 0, 0, 3][..], &[6; 180]].concat();
            (0..8).map(|step| ramp(step * 13, 250)).chain((0..6).map(led)).collect()
        }
        "model_committee" | "model_ledger" | "model_order" | "model_mission" | "model_phase"
        | "model_treaty" | "model_trust" => {
            vec![vec![0], vec![2; 120], vec![1; 200], ramp(0, 200), ramp(9, 250)]
        }
        "world_apply" => (0..10).map(|step| ramp(step * 11, 60)).collect(),
        "world_order" | "node_message" => vec![vec![0], ramp(3, 120), ramp(7, 200)],
        "replay_export" => {
            vec![vec![0, 0, 3, 0, 9, 1], ramp(5, 40), vec![2, 1, 0, 4, 0, 3, 3, 200, 0, 0, 7]]
        }
        "tlog_proof" => {
            vec![vec![0], ramp(1, 60), vec![0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 3, 8]]
        }
        "tlog_tiles" => {
            vec![vec![0, 5], vec![1, 4, 1, 3, 0, 0, 7, 1], vec![2, 0, 2, 1, 0], ramp(8, 30)]
        }
        "store_log" => vec![vec![0], ramp(1, 90), ramp(3, 60), b"\0comity-log".to_vec()],
        "runner_run" => vec![vec![0], ramp(2, 250), vec![1; 90]],
        "runner_module" => vec![b"\0asm\x01\0\0\0".to_vec(), b"\0asm\x0d\0\x01\0".to_vec()],
        "mycel_alarms" => vec![vec![], vec![0; 8], vec![1; 16], vec![0; 32], vec![0xff; 24]],
        _ => Vec::new(),
    }
}

/// Pieces of the author's files, and vectors that change themselves.
fn constitution_source() -> Vec<String> {
    words(&[
        "{\"version\":\"0.4\",\"trust_weights\":{\"w_Q\":0.70,\"w_R\":2e-1,\"w_V\":0.05,\"w_E\":NaN}}",
        "{\"version\":\"0.3\",\"commitment_committee\":{\"n\":15,\"t\":10,\"t\":1e400}}",
        "{\"version\":\"0.2\",\"mission_class_to_tier\":{\"a.b\":\"R0\"},\"risk_tiers\":{\"R0\":{}}}",
        "{\"entrenched_provisions.entrenched_amendment_threshold\":-Infinity,\"trust_floors\":[]}",
        "{\"cases\":[{\"file\":\"params\",\"path\":\"cases/0/path\",\"new_value\":\"__delete__\",\"careful_checker\":\"reject\"}]}",
        "{\"cases\":[{\"file\":\"params\",\"path\":\"cases\",\"new_value\":\"__append_copy_of_0__\",\"careful_checker\":\"accept (why)\"}]}",
    ])
}

/// Bundles, and vectors about themselves.
fn mission_bundle() -> Vec<String> {
    words(&[
        "{\"mission_class\":\"documentation_update\",\"risk_tier\":\"R0\",\"reviewers\":[{\"id\":\"a\",\"model_family\":\"x\",\"method_type\":\"human_reviewer\",\"region\":\"EU\",\"organization\":\"O\"}],\"review_decisions\":[{\"reviewer_id\":\"a\",\"decision\":\"APPROVE\",\"notes\":\"n\"}],\"evidence\":[{\"artifact_hash\":\"sha256:00\",\"signature\":\"ed25519:00\"}]}",
        "{\"mission_class\":\"constitutional_change\",\"risk_tier\":\"R3\",\"reviewers\":[7],\"commitment\":{\"public_beacon_round\":1e400,\"epoch_id\":\"2026-02-13T13:00Z\",\"epoch_id\":\"Z\"}}",
        "{\"cases\":[{\"example\":\"a\",\"path\":\"cases/0\",\"new_value\":\"__append_copy_of_0__\",\"careful_checker\":\"accept (why)\"}]}",
        "{\"worked_examples\":[{\"file\":\"a\",\"jcs\":\"{}\",\"bad_length_fields\":{}}],\"commitment\":{\"chamber_nonce\":\"sha256:0\"}}",
    ])
}
