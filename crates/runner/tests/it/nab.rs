//! The detector on a real machine: the temperature series of the Numenta Anomaly Benchmark. Calibrated on
//! the unlabelled first half, it must find both labelled faults of the second half.

use std::path::Path;

use comity_mycel::facts::Span;
use comity_mycel::mip::{Alarm, Detection, Row, Verification, decode_alarms};
use comity_wire::Time;
use serde_json::{Value, json};

use crate::{DETECTOR, VERIFIER, run};

const SERIES: &str = "machine_temperature_system_failure.csv";

fn read(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/nab");
    std::fs::read_to_string(Path::new(folder).join(file)).unwrap()
}

/// `2013-12-02 21:15:00`, with or without a fraction.
fn time(text: &str) -> Time {
    Time::parse(&format!("{}Z", text[..19].replace(' ', "T"))).unwrap()
}

/// A decimal, to the nearest millionth.
fn micro(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction.chars().chain("0000000".chars()).take(7).collect();
    let tenths: i64 = format!("{whole}{digits}").parse().unwrap();
    (tenths + 5 * tenths.signum()) / 10
}

fn rows() -> Vec<Row> {
    let row = |(index, line): (u64, &str)| {
        let (t, value) = line.split_once(',').unwrap();
        Row { index, t: time(t), value_micro: micro(value) }
    };
    (0..).zip(read(SERIES).lines().skip(1)).map(row).collect()
}

fn windows(span: Span) -> Vec<Span> {
    let all: Value = serde_json::from_str(&read("windows.json")).unwrap();
    let window = |pair: &Value| Span {
        from: time(pair[0].as_str().unwrap()),
        to: time(pair[1].as_str().unwrap()),
    };
    let windows = all[SERIES].as_array().unwrap().iter().map(window);
    windows.filter(|window| window.overlaps(&span)).collect()
}

fn detect(detection: &Detection<'_>) -> (Vec<Alarm>, u64) {
    let outcome = run(&DETECTOR, &detection.items()).unwrap();
    (decode_alarms(&outcome.output).unwrap(), outcome.fuel_used)
}

#[test]
fn band_watch_finds_both_faults_of_the_second_half_with_two_false_alarm_days_in_six() {
    let rows = rows();
    assert_eq!(rows.len(), 22_695);
    let half = rows.len() / 2;
    let span = Span { from: rows[half].t, to: rows.last().unwrap().t.plus(1) };
    let (alarms, detector_fuel) =
        detect(&Detection { calibration_rows: half as u64, ..Detection::over(&rows, span) });
    let labels = windows(span);
    let items =
        Verification { rows_total: 22_695, rows: &rows, alarms: &alarms, windows: &labels, span };
    let outcome = run(&VERIFIER, &items.items()).unwrap();
    let report: Value = serde_json::from_slice(&outcome.output).unwrap();
    let expected = json!({
        "alarm_days": 6, "alarm_days_true": 4, "code": "ok",
        "precision_ppm": 666_666, "recall_ppm": 1_000_000,
        "rows": 22_695, "verdict": "accept", "windows": 2, "windows_hit": 2,
    });
    assert_eq!(report, expected);
    let same = detect(&Detection::over(&rows, span));
    assert_eq!(same, (alarms, detector_fuel), "the usual settings are these");
}
