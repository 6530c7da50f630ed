use super::detection_ppm;

#[test]
fn fifty_nine_leaves_find_one_in_twenty_with_ninety_five_percent() {
    assert_eq!(detection_ppm(58, 50_000), 948_953);
    assert_eq!(detection_ppm(59, 50_000), 951_505);
    assert_eq!(detection_ppm(299, 10_000), 950_463);
}

#[test]
fn the_edges_are_exact() {
    assert_eq!(detection_ppm(0, 50_000), 0);
    assert_eq!(detection_ppm(1, 50_000), 50_000);
    assert_eq!(detection_ppm(10, 0), 0);
    assert_eq!(detection_ppm(10, 1_000_000), 1_000_000);
    assert_eq!(detection_ppm(1, 2_000_000), 1_000_000);
}

#[test]
fn more_leaves_never_find_less_and_the_work_is_bounded() {
    let found: Vec<u64> = (0..4_096).map(|leaves| detection_ppm(leaves, 10_000)).collect();
    assert!(found.windows(2).all(|pair| pair[0] <= pair[1]));
    assert_eq!(detection_ppm(u64::MAX, 1_000), 999_999);
}
