// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// Commitments of one committee, in order, each with the committee's threshold signature checked here.
///
/// Anybody may publish what the committee certified; nobody else can add anything, and nobody can change or remove
/// anything: there is no owner, no administrator and no way to put other code here.
///
/// What is signed are the bytes of the book's chapter "Committee": keys in G1, signatures in G2, messages hashed to G2 as
/// RFC 9380 says. Points come in the uncompressed form of EIP-2537.
///
/// Invariants
///
/// 1. Every entry was certified by the key that was in force in its epoch.
/// 2. Each entry names the one before; each commitment's epoch is later than that of the commitment before.
/// 3. A key is replaced only by a certificate of the key before it.
contract CommitmentAnchor {
    struct Entry {
        bytes32 commitment;
        bytes32 parameters;
        uint64 epoch;
        uint64 keyEpoch;
        uint64 blockNumber;
        uint8 kind;
    }

    /// An entry. `payload` is empty or what `commitment` is the SHA-256 of.
    event Anchored(
        uint256 indexed number,
        uint64 indexed epoch,
        bytes32 indexed commitment,
        uint8 kind,
        uint64 keyEpoch,
        bytes32 previous,
        bytes32 parameters,
        bytes payload
    );
    /// From epoch `keyFrom` on, entries are certified by this key.
    event Rotated(uint64 indexed keyEpoch, uint64 indexed keyFrom, bytes32[4] key);

    error UnknownKind(uint8 kind);
    error OutOfOrder(bytes32 head, bytes32 previous);
    error EpochNotLater(uint64 next, uint64 epoch);
    error KeyNotInForce(uint64 keyFrom, uint64 epoch);
    error AlreadyPublished(uint256 number);
    error PayloadTooLong(uint256 max, uint256 length);
    error PayloadMismatch(bytes32 commitment, bytes32 found);
    error BadSignature();
    error BadKey();
    error KeyNotLater(uint64 keyEpoch, uint64 next);
    error NoPrecompile(address precompile);

    uint8 private constant COMMITMENT = 1;
    uint8 private constant DECISION = 2;
    uint8 private constant HANDOVER = 3;
    uint256 private constant PAYLOAD_MAX = 4096;

    bytes private constant CERTIFICATE_TAG = "comity-certificate/v1";
    bytes24 private constant KEY_TAG = "comity-committee-key/v1";
    bytes private constant SIGNATURE_DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

    address private constant MODEXP = address(0x05);
    address private constant G2ADD = address(0x0d);
    address private constant PAIRING = address(0x0f);
    address private constant MAP_FP2_TO_G2 = address(0x11);

    // The field's prime p, (p - 1) / 2, and the generator of G1 with y negated, each in two words.
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    uint256 private constant HALF_HIGH = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;
    uint256 private constant G_X_HIGH = 0x17f1d3a73197d7942695638c4fa9ac0f;
    uint256 private constant G_X_LOW = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    uint256 private constant NEG_G_Y_HIGH = 0x114d1d6855d545a8aa7d76c8cf2e21f2;
    uint256 private constant NEG_G_Y_LOW = 0x67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca;

    // Nothing is immutable, so that the code is the same bytes everywhere.
    bytes32 private genesis;
    bytes32 private head;
    bytes32[4] private key;
    uint64 private keyEpoch;
    uint64 private keyFrom;
    uint64 private nextEpoch;
    uint64 private lastEpoch;
    Entry[] private entries;
    mapping(bytes32 message => uint256 number) private decisions;

    /// `genesis_` names what the commitments are of; the first entry names it as the one before. `key_` certifies epochs
    /// from `keyFrom_` on.
    constructor(bytes32 genesis_, uint64 keyEpoch_, uint64 keyFrom_, bytes32[4] memory key_) {
        _checkKey(key_);
        (genesis, head, key) = (genesis_, genesis_, key_);
        (keyEpoch, keyFrom, nextEpoch) = (keyEpoch_, keyFrom_, keyFrom_);
        emit Rotated(keyEpoch_, keyFrom_, key_);
    }

    /// Adds a certified commitment (kind 1) or decision (kind 2) after the entry whose commitment is `previous`.
    function publish(
        uint8 kind,
        uint64 epoch,
        bytes32 commitment,
        bytes32 parameters,
        bytes32 previous,
        bytes calldata payload,
        bytes calldata signature
    ) external returns (uint256 number) {
        if (kind != COMMITMENT && kind != DECISION) revert UnknownKind(kind);
        if (previous != head) revert OutOfOrder(head, previous);
        _checkEpoch(epoch);
        if (payload.length > PAYLOAD_MAX) revert PayloadTooLong(PAYLOAD_MAX, payload.length);
        if (payload.length != 0 && sha256(payload) != commitment) revert PayloadMismatch(commitment, sha256(payload));
        bytes32 message = _message(kind, epoch, commitment, parameters);
        number = entries.length;
        if (kind == COMMITMENT) {
            if (epoch < nextEpoch) revert EpochNotLater(nextEpoch, epoch);
            nextEpoch = epoch + 1;
        } else {
            // A decision is anchored at once, in the epoch of the last commitment or later, and once.
            if (epoch + 1 < nextEpoch) revert EpochNotLater(nextEpoch - 1, epoch);
            if (decisions[message] != 0) revert AlreadyPublished(decisions[message] - 1);
            decisions[message] = number + 1;
        }
        if (lastEpoch < epoch) lastEpoch = epoch;
        _verify(message, signature);
        head = commitment;
        entries.push(Entry(commitment, parameters, epoch, keyEpoch, uint64(block.number), kind));
        emit Anchored(number, epoch, commitment, kind, keyEpoch, previous, parameters, payload);
    }

    /// Puts the key that `encoded` begins with in place of the present one, from the epoch after `epoch` on. `encoded` is
    /// the next committee's key as the book draws it, `next` the same group key with both coordinates.
    function rotate(
        uint64 epoch,
        bytes32 parameters,
        bytes calldata encoded,
        bytes32[4] calldata next,
        bytes calldata signature
    ) external {
        _checkEpoch(epoch);
        if (epoch < lastEpoch) revert EpochNotLater(lastEpoch, epoch);
        uint64 number = _readKey(encoded, next);
        if (number <= keyEpoch) revert KeyNotLater(keyEpoch, number);
        _verify(_message(HANDOVER, epoch, sha256(encoded), parameters), signature);
        _checkKey(next);
        (key, keyEpoch, keyFrom, nextEpoch) = (next, number, epoch + 1, epoch + 1);
        emit Rotated(number, epoch + 1, next);
    }

    /// Everything but the entries.
    function state()
        external
        view
        returns (
            bytes32 genesis_,
            bytes32 head_,
            uint256 length_,
            uint64 nextEpoch_,
            uint64 keyEpoch_,
            uint64 keyFrom_,
            bytes32[4] memory key_
        )
    {
        return (genesis, head, entries.length, nextEpoch, keyEpoch, keyFrom, key);
    }

    /// The entry of this number, from zero.
    function entry(uint256 number) external view returns (Entry memory) {
        return entries[number];
    }

    /// An epoch that the present key certifies, and that another one comes after.
    function _checkEpoch(uint64 epoch) private view {
        if (epoch < keyFrom || epoch == type(uint64).max) revert KeyNotInForce(keyFrom, epoch);
    }

    /// What the committee signs.
    function _message(uint8 kind, uint64 epoch, bytes32 commitment, bytes32 parameters)
        private
        pure
        returns (bytes32)
    {
        return sha256(abi.encodePacked(CERTIFICATE_TAG, uint8(0), kind, epoch, commitment, parameters));
    }

    /// e(key, H(message)) = e(generator, signature), or the caller's transaction fails. The precompile refuses points that
    /// are not on their curve or not of prime order.
    function _verify(bytes32 message, bytes calldata signature) private view {
        if (signature.length != 256) revert BadSignature();
        bytes memory pairs = bytes.concat(
            abi.encodePacked(key),
            _hashToG2(message),
            abi.encodePacked(G_X_HIGH, G_X_LOW, NEG_G_Y_HIGH, NEG_G_Y_LOW),
            signature
        );
        if (!_pairsToOne(pairs)) revert BadSignature();
    }

    /// A point of G1 of prime order, not infinity. Paired with infinity, any such point gives one.
    function _checkKey(bytes32[4] memory point) private view {
        if (point[0] | point[1] | point[2] | point[3] == 0) revert BadKey();
        if (!_pairsToOne(bytes.concat(abi.encodePacked(point), new bytes(256)))) revert BadKey();
    }

    function _pairsToOne(bytes memory pairs) private view returns (bool) {
        (bool ok, bytes memory out) = PAIRING.staticcall(pairs);
        // Where nothing is, a call succeeds.
        if (ok && out.length != 32) revert NoPrecompile(PAIRING);
        return ok && abi.decode(out, (uint256)) == 1;
    }

    /// The number of the encoded committee key, whose first commitment must be the compressed form of `point`.
    function _readKey(bytes calldata encoded, bytes32[4] calldata point) private pure returns (uint64) {
        if (encoded.length < 36 || bytes24(encoded) != KEY_TAG) revert BadKey();
        uint256 threshold = uint16(bytes2(encoded[32:34]));
        if (threshold == 0 || encoded.length != 36 + 48 * threshold) revert BadKey();
        uint256 first = uint128(bytes16(encoded[36:52]));
        // Three bits say: compressed, infinity, and whether y is the larger of the two.
        uint256 flags = first >> 125;
        (uint256 high, uint256 low) = (uint256(point[2]), uint256(point[3]));
        bool larger = high > HALF_HIGH || (high == HALF_HIGH && low > HALF_LOW);
        bool same = uint256(point[0]) == first & ((1 << 125) - 1) && point[1] == bytes32(encoded[52:84]);
        if (!same || flags != (larger ? 5 : 4)) revert BadKey();
        return uint64(bytes8(encoded[24:32]));
    }

    /// RFC 9380: hash_to_curve with expand_message_xmd, SHA-256 and the suite BLS12381G2_XMD:SHA-256_SSWU_RO_. The
    /// precompile clears the cofactor of each point, which for the sum is the same.
    function _hashToG2(bytes32 message) private view returns (bytes memory) {
        bytes memory suffix = abi.encodePacked(SIGNATURE_DST, uint8(43));
        bytes32 first = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(256), uint8(0), suffix));
        bytes32 block_ = 0;
        bytes32[8] memory blocks;
        for (uint8 i = 0; i < 8; i++) {
            block_ = sha256(abi.encodePacked(first ^ block_, i + 1, suffix));
            blocks[i] = block_;
        }
        bytes memory one = bytes.concat(_reduce(blocks[0], blocks[1]), _reduce(blocks[2], blocks[3]));
        bytes memory two = bytes.concat(_reduce(blocks[4], blocks[5]), _reduce(blocks[6], blocks[7]));
        one = _call(MAP_FP2_TO_G2, one, 256);
        two = _call(MAP_FP2_TO_G2, two, 256);
        return _call(G2ADD, bytes.concat(one, two), 256);
    }

    /// 64 bytes as an element of the field: their remainder, in 64 bytes.
    function _reduce(bytes32 high, bytes32 low) private view returns (bytes memory) {
        bytes memory lengths = abi.encodePacked(uint256(64), uint256(1), uint256(64));
        return _call(MODEXP, bytes.concat(lengths, abi.encodePacked(high, low, uint8(1), P_HIGH, P_LOW)), 64);
    }

    function _call(address precompile, bytes memory input, uint256 length) private view returns (bytes memory) {
        (bool ok, bytes memory out) = precompile.staticcall(input);
        if (!ok || out.length != length) revert NoPrecompile(precompile);
        return out;
    }
}
