//! The verifier under wasmi against the model, on inputs in order and on hostile ones.

use comity_wire::jcs;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use crate::{VERIFIER, item, model, run};

const SPAN_FROM: i64 = 20_000 * 86_400;
const HOUR: i64 = 3_600;

/// A broken copy of `items`: what a careless or malicious host could hand in.
#[derive(Clone, Debug)]
enum Damage {
    None,
    Truncate(Index, Index),
    Extend(Index, Vec<u8>),
    Drop(Index),
    Add(Vec<u8>),
    Header(usize, i64),
    Number(Index, Index, i64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let number = || prop_oneof![-2_i64..50, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
    let bytes = || vec(any::<u8>(), 1..40);
    prop_oneof![
        4 => Just(Damage::None),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(i, at)| Damage::Truncate(i, at)),
        1 => (any::<Index>(), bytes()).prop_map(|(i, more)| Damage::Extend(i, more)),
        1 => any::<Index>().prop_map(Damage::Drop),
        1 => bytes().prop_map(Damage::Add),
        3 => (0_usize..8, number()).prop_map(|(i, n)| Damage::Header(i, n)),
        6 => (any::<Index>(), any::<Index>(), number()).prop_map(|(i, at, n)| Damage::Number(i, at, n)),
    ]
}

pub(crate) fn hurt(mut items: Vec<Vec<u8>>, damage: DamageOf) -> Vec<Vec<u8>> {
    let DamageOf(damage) = damage;
    match damage {
        Damage::None => {}
        Damage::Truncate(i, at) => {
            let i = i.index(items.len());
            let keep = at.index(items[i].len() + 1);
            items[i].truncate(keep);
        }
        Damage::Extend(i, more) => {
            let i = i.index(items.len());
            items[i].extend(more);
        }
        Damage::Drop(i) => {
            let i = i.index(items.len());
            items.remove(i);
        }
        Damage::Add(more) => items.push(more),
        Damage::Header(at, number) => {
            if let Some(bytes) = items[0].get_mut(8 * at..8 * (at + 1)) {
                bytes.copy_from_slice(&number.to_le_bytes());
            }
        }
        Damage::Number(i, at, number) => {
            let item = i.index(items.len());
            let numbers = items[item].len() / 8;
            if 0 < numbers {
                let at = at.index(numbers);
                items[item][8 * at..8 * (at + 1)].copy_from_slice(&number.to_le_bytes());
            }
        }
    }
    items
}

/// Damage, for other tests.
#[derive(Clone, Debug)]
pub(crate) struct DamageOf(Damage);

pub(crate) fn any_damage() -> impl Strategy<Value = DamageOf> {
    damage().prop_map(DamageOf)
}

prop_compose! {
    /// Rows that climb in index and time, from a day before the span on.
    pub(crate) fn ordered_rows(max: usize)(
        steps in vec((1_i64..4, 1_i64..10 * HOUR, -50_000_000_i64..50_000_000), 1..max),
    ) -> Vec<[i64; 3]> {
        let mut at = [-1, SPAN_FROM - 24 * HOUR];
        let mut row = |(index, t, value)| {
            at = [at[0] + index, at[1] + t];
            [at[0], at[1], value]
        };
        steps.into_iter().map(&mut row).collect()
    }
}

prop_compose! {
    /// Items that the verifier accepts.
    fn ordered()(rows in ordered_rows(60))(
        chosen in subsequence(rows.clone(), 0..=rows.len()),
        cuts in vec(-48_i64..20 * 24, 2..12),
        unopened in 0_i64..100,
        rows in Just(rows),
    ) -> Vec<Vec<u8>> {
        let span_to = rows.last().unwrap()[1].max(SPAN_FROM) + 1;
        let mut days = std::collections::BTreeSet::new();
        let mut alarm = |row: &&[i64; 3]| SPAN_FROM <= row[1] && days.insert(row[1] / 86_400);
        let alarms: Vec<i64> =
            chosen.iter().filter(|row| alarm(row)).flat_map(|row| [row[0], row[1]]).collect();
        let mut cuts: Vec<i64> = cuts.iter().map(|hours| SPAN_FROM + hours * HOUR).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let pairs = cuts.chunks_exact(2).filter(|w| w[0] < span_to && SPAN_FROM < w[1]);
        let mut windows: Vec<i64> = pairs.flatten().copied().collect();
        if windows.is_empty() {
            windows = vec![SPAN_FROM, SPAN_FROM + 1];
        }
        let rows_total = rows.last().unwrap()[0] + 1 + unopened;
        let count = |numbers: usize, width: usize| i64::try_from(numbers / width).unwrap();
        let header = [
            1, rows_total, count(rows.len(), 1), count(alarms.len(), 2), count(windows.len(), 2),
            SPAN_FROM, span_to, 0,
        ];
        vec![item(&header), item(&rows.concat()), item(&alarms), item(&windows)]
    }
}

fn answer(items: &[Vec<u8>]) -> String {
    String::from_utf8(run(&VERIFIER, items).unwrap().output).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ordered_inputs_are_accepted_with_the_model_s_numbers(items in ordered()) {
        let report = answer(&items);
        prop_assert!(report.contains(r#""verdict":"accept""#), "{}", report);
        prop_assert_eq!(report, model::verify(&items));
    }

    #[test]
    fn hostile_inputs_get_the_model_s_answer_and_never_a_trap(
        items in ordered(),
        first in any_damage(),
        second in any_damage(),
    ) {
        let mut items = hurt(items, first);
        if 4 <= items.len() {
            items = hurt(items, second);
        }
        let report = answer(&items);
        prop_assert!(jcs::check(report.as_bytes()).is_ok());
        prop_assert_eq!(report, model::verify(&items));
    }

    #[test]
    fn arbitrary_items_get_the_model_s_answer_and_never_a_trap(
        items in vec(vec(any::<u8>(), 0..200), 0..6),
    ) {
        prop_assert_eq!(answer(&items), model::verify(&items));
    }
}

#[test]
fn the_largest_input_fits_into_the_memory_and_one_row_more_is_refused() {
    let rows: Vec<[i64; 3]> = (0..1_048_576).map(|i| [i, SPAN_FROM + 5_000 * i, i]).collect();
    let events = 60_000_i64; // days in the span
    let alarms: Vec<[i64; 2]> = (0..events)
        .map(|day| {
            let index = (day * 86_400).div_euclid(5_000) + 1;
            [index, SPAN_FROM + 5_000 * index]
        })
        .collect();
    let windows: Vec<[i64; 2]> =
        (0..65_536).map(|i| [SPAN_FROM + 2 * i, SPAN_FROM + 2 * i + 1]).collect();
    let span_to = SPAN_FROM + 5_000 * 1_048_576;
    let header = |rows| [1, rows, rows, events, 65_536, SPAN_FROM, span_to, 0];
    let mut items = vec![
        item(&header(1_048_576)),
        item(&rows.concat()),
        item(&alarms.concat()),
        item(&windows.concat()),
    ];
    let outcome = run(&VERIFIER, &items).unwrap();
    let report = String::from_utf8(outcome.output).unwrap();
    assert!(report.contains(r#""rows":1048576,"verdict":"accept","windows":65536"#), "{report}");
    assert!(report.contains(r#"{"alarm_days":60000,"#), "{report}");
    items[0] = item(&header(1_048_577));
    assert!(answer(&items).contains(r#""code":"too_large""#));
}
