use super::*;

#[test]
fn the_layout_is_the_one_drawn_above() {
    let chain = first_chain(&file_header(&[1; 32]));
    let batch = encode_batch(64, 7, chain, &["ab", ""]).unwrap();
    assert_eq!(batch.bytes.len(), 192); // 64 + 32 + 2 + 32 + 30 zeros + 32
    assert_eq!(batch.offsets, [128, 162]);
    let header = BatchHeader::decode(&batch.bytes[..64]).unwrap();
    assert_eq!(header, BatchHeader { first: 7, frames: 2, weak: 0, len: 192, chain });
    assert_eq!(&batch.bytes[..8], b"\xC3batch\xB5\n");
    assert_eq!(&batch.bytes[64..80], b"frm\x01\0\0\0\x02\0\0\0\0\0\0\0\x07");
    assert_eq!(&batch.bytes[96..102], b"abfrm\x01");
    assert_eq!(&batch.bytes[130..160], &[0; 30]);
    assert_eq!(&batch.bytes[160..184], &batch.chain);
    assert_eq!(&batch.bytes[184..], b"\xB5end\xC3end");
}

#[test]
fn the_bytes_of_version_one_never_change() {
    let header = file_header(&[1; 32]);
    let batch = encode_batch(64, 0, first_chain(&header), &["one", "two"]).unwrap();
    let file = [&header[..], &batch.bytes].concat();
    assert_eq!(
        comity_wire::sha256(&file).to_string(),
        "fc40d1074968f25456c7fad618c8339f80f9401b77e0c73fb01e25041db30a3a"
    );
}

#[test]
fn weak_sectors_are_counted_where_they_lie_in_the_file() {
    // Header, frame header and the first 416 zeros fill the sector; then 3 zero sectors and a rest.
    let weak = |at: u64, body: &[u8]| {
        let batch = encode_batch(at, 0, [9; 24], &[body]).unwrap();
        BatchHeader::decode(&batch.bytes[..64]).unwrap().weak
    };
    assert_eq!(weak(0, &[0; 416 + 3 * 512]), 3);
    assert_eq!(weak(64, &[0; 416 + 3 * 512]), 3);
    let mut body = [0; 416 + 3 * 512];
    body[416 + 100] = 1;
    assert_eq!(weak(0, &body), 3, "a single byte still makes a weak sector");
    body[416 + 101] = 1;
    assert_eq!(weak(0, &body), 2);
    assert_eq!(weak(0, &[b'x'; 4096]), 0);
}

#[test]
fn every_changed_byte_of_a_batch_is_found_in_its_part() {
    let batch = encode_batch(64, 0, [9; 24], &["first body", "", "third"]).unwrap();
    let header = BatchHeader::decode(&batch.bytes[..64]).unwrap();
    assert_eq!(verify_batch(64, &header, &batch.bytes, &mut Vec::new()), Ok(batch.chain));
    for at in 0..batch.bytes.len() {
        let mut bytes = batch.bytes.clone();
        bytes[at] ^= 0x40;
        let Some(header) = BatchHeader::decode(&bytes[..64]) else {
            assert!(at < 64, "byte {at}");
            continue;
        };
        let damage = verify_batch(64, &header, &bytes, &mut Vec::new()).unwrap_err();
        assert!((damage.at..damage.at + damage.len).contains(&at), "byte {at}: {damage:?}");
    }
}

#[test]
fn a_length_that_would_overflow_is_refused() {
    assert_eq!(batch_len([usize::MAX, 1].into_iter()), usize::MAX);
    let header = BatchHeader { first: 0, frames: 1, weak: 0, len: u64::MAX, chain: [0; 24] };
    assert_eq!(BatchHeader::decode(&header.encode()), None);
}
