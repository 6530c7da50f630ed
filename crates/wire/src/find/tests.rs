use proptest::prelude::*;

use super::*;

#[test]
fn every_byte_at_every_place_is_found_or_passed() {
    for byte in 0..=255_u8 {
        for len in 1..=24 {
            for at in 0..len {
                let mut bytes = vec![b'a'; len];
                bytes[at] = byte;
                let ends = matches!(byte, b'"' | b'\\' | 0..=0x1f);
                assert_eq!(end_of_plain(&bytes), ends.then_some(at), "{byte} at {at} of {len}");
                assert_eq!(quote(&bytes), (byte == b'"').then_some(at), "{byte} at {at} of {len}");
            }
        }
    }
}

proptest! {
    #[test]
    fn the_first_is_the_one_that_a_search_byte_by_byte_finds(bytes: Vec<u8>) {
        let slow = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        prop_assert_eq!(end_of_plain(&bytes), slow);
        prop_assert_eq!(quote(&bytes), bytes.iter().position(|byte| *byte == b'"'));
    }
}
