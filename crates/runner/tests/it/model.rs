//! The verifier and the detector again, the way a textbook would write them: sorting, sets, 128-bit
//! arithmetic, no care for speed. What they share with the guests is the specification only.

use std::collections::BTreeSet;

const DAY: i64 = 86_400;
const VALUE_MAX: u64 = 1_000_000_000_000;

type Check<T> = Result<T, &'static str>;

/// The report that the verifier must write for `items`.
pub(crate) fn verify(items: &[Vec<u8>]) -> String {
    let report = match judge(items) {
        Ok([rows, days, days_true, windows, hit]) => serde_json::json!({
            "alarm_days": days, "alarm_days_true": days_true, "code": "ok",
            "precision_ppm": ppm(days_true, days), "recall_ppm": ppm(hit, windows),
            "rows": rows, "verdict": "accept", "windows": windows, "windows_hit": hit,
        }),
        Err(code) => serde_json::json!({
            "alarm_days": 0, "alarm_days_true": 0, "code": code,
            "precision_ppm": 0, "recall_ppm": 0,
            "rows": 0, "verdict": "reject", "windows": 0, "windows_hit": 0,
        }),
    };
    report.to_string() // members of a serde_json object are sorted: this is canonical
}

fn ppm(part: usize, whole: usize) -> usize {
    (part * 1_000_000).checked_div(whole).unwrap_or(0)
}

fn judge(items: &[Vec<u8>]) -> Check<[usize; 5]> {
    let [header, rest @ ..] = items else { return Err("bad_header") };
    let header: [i64; 8] =
        table::<8>(header).and_then(|t| t.first().copied()).ok_or("bad_header")?;
    if items[0].len() != 64 {
        return Err("bad_header");
    }
    let [abi, rows_total, rows_given, alarms_given, windows_given, from, to, zero] = header;
    let counts = [rows_given, alarms_given, windows_given];
    if abi != 1 || zero != 0 || counts.iter().any(|n| *n < 0) || rows_total < rows_given {
        return Err("bad_header");
    }
    if counts.iter().zip([1 << 20, 1 << 16, 1 << 16]).any(|(n, max)| max < *n) {
        return Err("too_large");
    }
    let [rows, alarms, windows] = rest else { return Err("bad_header") };
    let rows = counted::<3>(rows, rows_given)?;
    let alarms = counted::<2>(alarms, alarms_given)?;
    let windows = counted::<2>(windows, windows_given)?;
    span(from, to)?;
    if rows.is_empty() {
        return Err("no_rows");
    }
    if windows.is_empty() {
        return Err("no_windows");
    }
    check_rows(&rows, Some(rows_total), from, to)?;
    check_alarms(&alarms, &rows, from, to)?;
    check_windows(&windows, from, to)?;
    let touches = |day: i64| windows.iter().any(|w| w[0] < (day + 1) * DAY && day * DAY < w[1]);
    let days: BTreeSet<i64> = alarms.iter().map(|alarm| alarm[1] / DAY).collect();
    let days_true = days.iter().filter(|day| touches(**day)).count();
    let hit = |w: &&[i64; 2]| alarms.iter().any(|alarm| (w[0]..w[1]).contains(&alarm[1]));
    let windows_hit = windows.iter().filter(hit).count();
    Ok([rows.len(), days.len(), days_true, windows.len(), windows_hit])
}

fn span(from: i64, to: i64) -> Check<()> {
    let ordered = 0 <= from && from < to && to <= 253_402_300_800;
    if ordered && to - from <= 65_535 * DAY { Ok(()) } else { Err("bad_span") }
}

fn check_rows(rows: &[[i64; 3]], total: Option<i64>, from: i64, to: i64) -> Check<()> {
    for (i, row) in rows.iter().enumerate() {
        let before = &rows[..i];
        if row[0] < 0 || before.last().is_some_and(|last| row[0] <= last[0]) {
            return Err("rows_unsorted");
        }
        if total.is_some_and(|total| total <= row[0]) {
            return Err("row_out_of_range");
        }
        if VALUE_MAX < row[2].unsigned_abs() {
            return Err("value_out_of_range");
        }
        let inside = |row: &&[i64; 3]| (from..to).contains(&row[1]);
        let last = before.iter().rev().find(inside);
        if inside(&row) && last.is_some_and(|last| row[1] <= last[1]) {
            return Err("times_unsorted");
        }
    }
    Ok(())
}

fn check_alarms(alarms: &[[i64; 2]], rows: &[[i64; 3]], from: i64, to: i64) -> Check<()> {
    let mut days = BTreeSet::new();
    for (i, alarm) in alarms.iter().enumerate() {
        let last = alarms[..i].last().copied().unwrap_or([-1, -1]);
        if alarm[0] <= last[0] || alarm[1] <= last[1] {
            return Err("alarms_unsorted");
        }
        if !(from..to).contains(&alarm[1]) {
            return Err("alarm_outside_span");
        }
        if !days.insert(alarm[1] / DAY) {
            return Err("alarm_day_repeated");
        }
        if !rows.iter().any(|row| row[..2] == alarm[..]) {
            return Err("alarm_without_row");
        }
    }
    Ok(())
}

fn check_windows(windows: &[[i64; 2]], from: i64, to: i64) -> Check<()> {
    for (i, window) in windows.iter().enumerate() {
        if window[1] <= window[0] {
            return Err("window_empty");
        }
        if windows[..i].last().is_some_and(|last| window[0] < last[1]) {
            return Err("windows_unsorted");
        }
        if to <= window[0] || window[1] <= from {
            return Err("window_outside_span");
        }
    }
    Ok(())
}

/// The bytes that the detector must write for `items`.
pub(crate) fn detect(items: &[Vec<u8>]) -> Vec<u8> {
    let numbers = match alarms(items) {
        Ok(alarms) => alarms.concat(),
        Err(code) => vec![code],
    };
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn alarms(items: &[Vec<u8>]) -> Result<Vec<[i64; 2]>, i64> {
    let header = items.first().filter(|item| item.len() == 64).ok_or(-1)?;
    let header = table::<8>(header).and_then(|table| table.first().copied()).ok_or(-1)?;
    let [abi, rows_given, calibration, window, k_milli, from, to, zero] = header;
    if abi != 1 || zero != 0 || rows_given < 0 {
        return Err(-1);
    }
    if 1 << 20 < rows_given {
        return Err(-2);
    }
    let [_, rows] = items else { return Err(-1) };
    let rows = counted::<3>(rows, rows_given).map_err(|_| -1)?;
    span(from, to).map_err(|_| -3)?;
    let in_range = (1..=rows_given).contains(&calibration)
        && (1..=4_096).contains(&window)
        && (1..=100_000).contains(&k_milli);
    if !in_range {
        return Err(-4);
    }
    check_rows(&rows, None, from, to).map_err(|code| match code {
        "rows_unsorted" => -5,
        "value_out_of_range" => -6,
        _ => -7,
    })?;
    let [calibration, window] = [calibration, window].map(|n| usize::try_from(n).unwrap());
    Ok(flag(&rows, calibration, window, i128::from(k_milli), from..to))
}

fn flag(
    rows: &[[i64; 3]],
    calibration: usize,
    window: usize,
    k_milli: i128,
    span: std::ops::Range<i64>,
) -> Vec<[i64; 2]> {
    let values: Vec<i128> = rows.iter().map(|row| i128::from(row[2])).collect();
    let m = median(values[..calibration].to_vec());
    let mad = median(values[..calibration].iter().map(|value| (value - m).abs()).collect());
    let sigma = mad * 14_826 / 10_000;
    let mut days = BTreeSet::new();
    let mut alarms = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let Some(first) = (i + 1).checked_sub(window) else { continue };
        let sum: i128 = values[first..=i].iter().sum();
        // |sum/window - m| > k_milli/1000 * sigma, without dividing
        let w = window as i128;
        let flagged = k_milli * sigma * w < (sum - m * w).abs() * 1_000;
        if span.contains(&row[1]) && flagged && days.insert(row[1] / DAY) {
            alarms.push([row[0], row[1]]);
        }
    }
    alarms
}

/// The lower of the two middle values when their number is even.
fn median(mut values: Vec<i128>) -> i128 {
    values.sort_unstable();
    values[(values.len() - 1) / 2]
}

fn counted<const N: usize>(bytes: &[u8], count: i64) -> Check<Vec<[i64; N]>> {
    let table = table::<N>(bytes).ok_or("bad_header")?;
    let agrees = i64::try_from(table.len()).unwrap() == count;
    agrees.then_some(table).ok_or("bad_header")
}

/// Rows of `N` numbers, if the length is right.
fn table<const N: usize>(bytes: &[u8]) -> Option<Vec<[i64; N]>> {
    let exact = bytes.len().is_multiple_of(8 * N);
    let row = |row: &[u8]| {
        std::array::from_fn(|i| i64::from_le_bytes(row[8 * i..8 * (i + 1)].try_into().unwrap()))
    };
    exact.then(|| bytes.chunks(8 * N).map(row).collect())
}
