"""Writes records from the specifications alone, to try the checkers before they judge ours.

usage: fixture.py DIR      makes DIR/export/<sovereign>/ for several sizes and DIR/jcs.jsonl

Nothing here is shared with the Rust sources: Ed25519 comes from `cryptography`, the tree and the
tiles are written down from RFC 6962 and C2SP tlog-tiles.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIZES = (1, 2, 255, 256, 257, 700)  # around the edges of a tile of 256
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PAYLOAD_TYPE = "application/vnd.in-toto+json"

# RFC 8785 appendix B and section 3.2, typed in from the document; null: not I-JSON.
JCS_CASES = [
    ("0", "0"),
    ("-0", "0"),
    ("-0.0", "0"),
    ("5e-324", "5e-324"),
    ("-5e-324", "-5e-324"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ("9007199254740991", "9007199254740991"),
    ("295147905179352830000.0", "295147905179352830000"),
    ("9.999999999999997e22", "9.999999999999997e+22"),
    ("1e23", "1e+23"),
    ("1.0000000000000001e23", "1.0000000000000001e+23"),
    ("999999999999999700000.0", "999999999999999700000"),
    ("1e21", "1e+21"),
    ("9.999999999999997e-7", "9.999999999999997e-7"),
    ("0.000001", "0.000001"),
    ("333333333.33333329", "333333333.3333333"),
    ("1E30", "1e+30"),
    ("4.50", "4.5"),
    ("2e-3", "0.002"),
    ("0.000000000000000000000000001", "1e-27"),
    (' { "b" : [ 1 , true , null ] , "a" : "\\u20ac$\\u000f\\u000aA\'B\\u0022\\u005c\\u005c\\u0022\\u002f" } ',
     '{"a":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[1,true,null]}'),
    ('{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
     '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'),
    ('{"a":1,"a":2}', None),
    ("NaN", None),
    ("[1,]", None),
    ('"\\ud800"', None),
]


def canonical(value):
    """Enough of RFC 8785 for ASCII strings and small integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def base58(raw):
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return text


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes):
    """RFC 6962 section 2.1: split at the largest power of two below the length."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(root(hashes[:split]), root(hashes[split:]))


def tile_name(index, width):
    """Three digits a part, all but the last behind an x; .p/W when not full."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts) + ("" if width == 256 else f".p/{width}")


def write(path, raw):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def tiles(folder, hashes):
    level = 0
    while hashes:
        for start in range(0, len(hashes), 256):
            part = hashes[start:start + 256]
            name = tile_name(start // 256, len(part))
            write(folder / "tile" / str(level) / name, b"".join(part))
        full = len(hashes) // 256
        hashes = [root(hashes[i * 256:(i + 1) * 256]) for i in range(full)]
        level += 1


def bundles(folder, entries):
    for start in range(0, len(entries), 256):
        part = entries[start:start + 256]
        raw = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
        write(folder / "tile" / "entries" / tile_name(start // 256, len(part)), raw)


def statement(number, signer):
    """Two keys take turns, so that signatures of neighbours differ in their signer too."""
    digest = hashlib.sha256(b"subject %d" % number).hexdigest()
    return canonical({
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {
            "at": "2026-01-01T00:00:00Z",
            "body": {"number": number},
            "cites": [],
            "signer": signer,
        },
        "predicateType": "comity:fixture/counted/v1",
        "subject": [{"digest": {"sha256": digest}, "name": "number"}],
    })


def envelope(number, key, keyid):
    payload = statement(number, keyid)
    kind = PAYLOAD_TYPE.encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    return canonical({
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": keyid, "sig": base64.b64encode(key.sign(signed)).decode()}],
    })


def record(folder, size):
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2)]
    raw = [key.public_key().public_bytes_raw() for key in keys]
    ids = ["did:key:z" + base58(bytes([0xED, 0x01]) + public) for public in raw]
    lines = [envelope(n, keys[n % 2], ids[n % 2]) for n in range(size)]
    entries = [hashlib.sha256(line).digest() for line in lines]
    hashes = [leaf(entry) for entry in entries]

    origin = "comity/" + hashlib.sha256(lines[0]).hexdigest()
    text = f"{origin}\n{size}\n{base64.b64encode(root(hashes)).decode()}\n"
    key_hash = hashlib.sha256(origin.encode() + b"\n\x01" + raw[0]).digest()[:4]
    signature = base64.b64encode(key_hash + keys[0].sign(text.encode())).decode()
    vkey = f"{origin}+{key_hash.hex()}+{base64.b64encode(bytes([1]) + raw[0]).decode()}"

    write(folder / "checkpoint", f"{text}\n\u2014 {origin} {signature}\n".encode())
    write(folder / "envelopes.jsonl", b"".join(line + b"\n" for line in lines))
    listed = [{"ed25519": r.hex(), "keyid": i} for i, r in zip(ids, raw, strict=True)]
    write(folder / "keys.json", canonical({"keys": listed, "name": "fixture", "vkey": vkey}))
    tiles(folder, hashes)
    bundles(folder, entries)


def main():
    out = Path(sys.argv[1])
    for size in SIZES:
        record(out / "export" / f"fixture-{size}", size)
    rows = [json.dumps({"input": text, "canonical": wanted}) for text, wanted in JCS_CASES]
    write(out / "jcs.jsonl", ("\n".join(rows) + "\n").encode())
    print(f"fixture: {len(SIZES)} records, {len(JCS_CASES)} texts")


if __name__ == "__main__":
    main()
