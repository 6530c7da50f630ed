use std::collections::BTreeMap;

use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};

use super::{COMPARISONS_MAX, Comparison, Op, PREDICATE_BYTES_MAX, Predicate, PredicateError};

fn outputs(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

#[test]
fn a_rule_reads_as_it_is_written() {
    let rule =
        Predicate::parse("report.recall_ppm >= 750000 && report.precision_ppm>=500000").unwrap();
    let text = "report.recall_ppm >= 750000 && report.precision_ppm >= 500000";
    assert_eq!(rule.to_string(), text);
    let at_the_line = outputs(&[("recall_ppm", 750_000), ("precision_ppm", 500_000)]);
    assert_eq!(rule.evaluate(&at_the_line), Ok(true));
    let below = outputs(&[("recall_ppm", 749_999), ("precision_ppm", 500_000)]);
    assert_eq!(rule.evaluate(&below), Ok(false));
}

#[test]
fn a_missing_output_is_an_error_unless_another_comparison_is_false() {
    let rule = Predicate::parse("report.a > 1 && report.b < 2").unwrap();
    let missing = PredicateError::MissingField { field: "a".into() };
    assert_eq!(rule.evaluate(&outputs(&[("b", 1)])), Err(missing));
    assert_eq!(rule.evaluate(&outputs(&[("b", 2)])), Ok(false));
}

#[test]
fn every_operator_means_what_it_says() {
    for (symbol, below, equal, above) in [
        (">=", false, true, true),
        (">", false, false, true),
        ("<=", true, true, false),
        ("<", true, false, false),
        ("==", false, true, false),
        ("!=", true, false, true),
    ] {
        let rule = Predicate::parse(&format!("report.x {symbol} -5")).unwrap();
        let answers = [-6, -5, -4].map(|x| rule.evaluate(&outputs(&[("x", x)])));
        assert_eq!(answers, [Ok(below), Ok(equal), Ok(above)], "{symbol}");
    }
}

#[test]
fn mistakes_are_named_with_their_place() {
    let expected = |expected, at| PredicateError::Expected { expected, at };
    let op = "one of >= > <= < == !=";
    for (text, error) in [
        ("", expected("`report.`", 0)),
        ("  recall >= 1", expected("`report.`", 2)),
        ("report.", expected("the name of an output", 7)),
        ("report.9x > 1", expected("the name of an output", 7)),
        ("report.x", expected(op, 8)),
        ("report.x = 1", expected(op, 9)),
        ("report.x > ", expected("an integer", 11)),
        ("report.x > 1.5", expected("an integer", 11)),
        ("report.x > 1e3", expected("an integer", 11)),
        ("report.x > - 1", expected("an integer", 11)),
        ("report.x > 1 || report.y > 1", expected("`&&` or the end", 13)),
        ("report.x > 1 &&", expected("`report.`", 15)),
        ("(report.x > 1)", expected("`report.`", 0)),
        ("report.in > 1", PredicateError::Reserved { name: "in", at: 7 }),
        ("report.x > 9223372036854775808", PredicateError::IntegerTooLarge { at: 11 }),
    ] {
        assert_eq!(Predicate::parse(text), Err(error), "{text}");
    }
}

#[test]
fn length_and_count_are_limited() {
    let long = " ".repeat(PREDICATE_BYTES_MAX + 1);
    let refusal = PredicateError::TooLong { len: long.len(), max: PREDICATE_BYTES_MAX };
    assert_eq!(Predicate::parse(&long), Err(refusal));
    let most = vec!["report.x>1"; COMPARISONS_MAX].join("&&");
    assert!(Predicate::parse(&most).is_ok());
    let refusal = PredicateError::TooMany { at: most.len() + 2, max: COMPARISONS_MAX };
    assert_eq!(Predicate::parse(&format!("{most}&&report.x>1")), Err(refusal));
}

fn any_predicate() -> impl Strategy<Value = Predicate> {
    let comparison = ("f[a-z0-9_]{0,12}", 0..6_usize, any::<i64>())
        .prop_map(|(field, op, value)| Comparison { field, op: Op::ALL[op], value });
    proptest::collection::vec(comparison, 1..8).prop_map(|comparisons| Predicate { comparisons })
}

proptest! {
    /// Invariant 1.
    #[test]
    fn parsing_never_panics(text in ".{0,600}") {
        drop(Predicate::parse(&text));
    }

    /// Invariant 1, near the grammar.
    #[test]
    fn parsing_almost_predicates_never_panics(
        text in "(report|\\.|[a-c]|[<>=!&]|-|[0-9]| |\u{e9}){0,30}",
    ) {
        if let Ok(rule) = Predicate::parse(&text) {
            drop(rule.evaluate(&BTreeMap::new()));
        }
    }

    /// Invariant 2.
    #[test]
    fn printing_and_parsing_are_inverse(rule in any_predicate()) {
        let text = rule.to_string();
        if text.len() <= PREDICATE_BYTES_MAX {
            prop_assert_eq!(Predicate::parse(&text), Ok(rule));
        }
    }

    /// Evaluation agrees with the plain reading of a conjunction.
    #[test]
    fn a_conjunction_is_true_when_all_parts_are(rule in any_predicate(), value in any::<i64>()) {
        let all: BTreeMap<_, _> =
            rule.comparisons().iter().map(|part| (part.field.clone(), value)).collect();
        let plain = rule.comparisons().iter().all(|part| part.op.holds(value, part.value));
        prop_assert_eq!(rule.evaluate(&all), Ok(plain));
    }
}
