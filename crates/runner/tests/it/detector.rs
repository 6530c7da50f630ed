//! The detector under wasmi against the model.

use comity_mycel::mip::{AbiError, decode_alarms};
use proptest::prelude::*;

use crate::verifier::{any_damage, hurt, ordered_rows};
use crate::{DETECTOR, item, model, run};

const SPAN_FROM: i64 = 20_000 * 86_400;
const VALUE_MAX: i64 = 1_000_000_000_000;

prop_compose! {
    /// Items that the detector takes, with values of very different scales.
    fn ordered()(rows in ordered_rows(60), scale in 0_u32..6)(
        calibration in 1..=rows.len(),
        window in 1_i64..20,
        k_milli in prop_oneof![1_i64..6_000, 1_i64..=100_000],
        rows in Just({
            let divisor = 50_i64.pow(scale);
            rows.into_iter().map(|[i, t, value]| [i, t, value / divisor]).collect::<Vec<_>>()
        }),
    ) -> Vec<Vec<u8>> {
        let span_to = rows.last().unwrap()[1].max(SPAN_FROM) + 1;
        let [count, calibration] = [rows.len(), calibration].map(|n| i64::try_from(n).unwrap());
        let header = [1, count, calibration, window, k_milli, SPAN_FROM, span_to, 0];
        vec![item(&header), item(&rows.concat())]
    }
}

fn output(items: &[Vec<u8>]) -> Vec<u8> {
    run(&DETECTOR, items).unwrap().output
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ordered_inputs_raise_the_model_s_alarms(items in ordered()) {
        let output = output(&items);
        prop_assert!(decode_alarms(&output).is_ok());
        prop_assert_eq!(output, model::detect(&items));
    }

    #[test]
    fn hostile_inputs_get_the_model_s_answer_and_never_a_trap(
        items in ordered(),
        damage in any_damage(),
    ) {
        let items = hurt(items, damage);
        prop_assert_eq!(output(&items), model::detect(&items));
    }

    #[test]
    fn extreme_values_never_overflow(
        values in proptest::collection::vec(
            prop_oneof![Just(-VALUE_MAX), Just(VALUE_MAX), -VALUE_MAX..=VALUE_MAX], 1..40,
        ),
        window in 1_i64..4,
        k_milli in prop_oneof![Just(1_i64), Just(100_000), 1_i64..2_000],
    ) {
        let count = i64::try_from(values.len()).unwrap();
        let rows = values.iter().zip(0..).map(|(v, i)| [i, SPAN_FROM + 86_400 * i, *v]);
        let header = [1, count, count, window, k_milli, SPAN_FROM, SPAN_FROM + 86_400 * count, 0];
        let items = vec![item(&header), item(&rows.collect::<Vec<_>>().concat())];
        prop_assert_eq!(output(&items), model::detect(&items));
    }
}

#[test]
fn the_widest_window_of_the_largest_values_does_not_overflow() {
    // Half of the calibration at each end: the largest deviation there is, times the largest k and window.
    let value = |i: i64| {
        if i < 4_096 { [-VALUE_MAX, VALUE_MAX][usize::from(i % 2 == 0)] } else { VALUE_MAX }
    };
    let rows: Vec<[i64; 3]> = (0..9_000).map(|i| [i, SPAN_FROM + 300 * i, value(i)]).collect();
    for k_milli in [1, 999, 100_000] {
        let header = [1, 9_000, 4_096, 4_096, k_milli, SPAN_FROM, SPAN_FROM + 300 * 9_000, 0];
        let items = vec![item(&header), item(&rows.concat())];
        assert_eq!(output(&items), model::detect(&items), "k_milli {k_milli}");
    }
}

#[test]
fn a_band_exactly_reached_is_not_left() {
    // Values 0, 10, 20 (median 10, MAD 10, sigma 14): at three sigma the band is 10 +- 42.
    let case = |value: i64| {
        let rows = [[0, 0, 0], [1, 1, 10], [2, 2, 20], [3, SPAN_FROM, value]];
        let header = [1, 4, 3, 1, 3_000, SPAN_FROM, SPAN_FROM + 1, 0];
        decode_alarms(&output(&[item(&header), item(&rows.concat())])).unwrap().len()
    };
    assert_eq!([-33, -32, 52, 53].map(case), [1, 0, 0, 1]);
}

#[test]
fn refusals_are_named() {
    let header = |abi| item(&[abi, 1, 1, 1, 1, 5, 6, 0]);
    let refused = |items: &[Vec<u8>]| decode_alarms(&output(items)).unwrap_err();
    let reason = |reason| AbiError::Refused { reason };
    assert_eq!(refused(&[]), reason("bad_header"));
    assert_eq!(refused(&[header(2), item(&[0, 5, 0])]), reason("bad_header"));
    assert_eq!(refused(&[header(1), item(&[-1, 5, 0])]), reason("rows_unsorted"));
    assert_eq!(refused(&[header(1), item(&[0, 5, i64::MIN])]), reason("value_out_of_range"));
}
