"""Checks one exported record with stock Python software, and that mutated copies are refused.

usage: check_export.py RECORD        (a folder with envelopes.jsonl and keys.json)

Line i of envelopes.jsonl is the canonical DSSE envelope of leaf i; an empty line is an envelope
that was withheld, whose hash is still in the log.

  securesystemslib      every Ed25519 signature of every envelope
  cryptography          every ML-DSA-65 signature, where an issuer is hybrid
  in-toto-attestation   every payload is a Statement v1
  rfc8785               payload and envelope are byte-identical to their canonical form
  hashlib               the log's entry i is the SHA-256 of line i
"""

import base64
import copy
import hashlib
import json
import sys
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric import mldsa
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519, ML_DSA_65 = bytes([0xED, 0x01]), bytes([0x91, 0x24])  # multicodec, as varints
MUTATED_MAX = 64  # envelopes of one record that are mutated, spread evenly


class Refused(Exception):
    """The record is not what it says it is."""


def require(condition, why):
    if not condition:
        raise Refused(why)


def strict(pairs):
    keys = [key for key, _ in pairs]
    require(len(keys) == len(set(keys)), f"duplicate key in {keys}")
    return dict(pairs)


def parse(raw):
    return json.loads(raw.decode("utf-8"), object_pairs_hook=strict)


def base58(text):
    number = 0
    for char in text:
        require(char in ALPHABET, f"{char!r} is not base58")
        number = number * 58 + ALPHABET.index(char)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def did_key(keyid):
    """The algorithm's multicodec prefix and the raw public key of a did:key."""
    require(keyid.startswith("did:key:z"), f"{keyid[:24]} is no did:key")
    raw = base58(keyid[len("did:key:z"):])
    return raw[:2], raw[2:]


class Record:
    """What a record folder holds, in memory, so that copies can be mutated."""

    def __init__(self, path):
        self.keys = parse((path / "keys.json").read_bytes())
        self.lines = (path / "envelopes.jsonl").read_bytes().split(b"\n")
        require(self.lines.pop() == b"", "envelopes.jsonl does not end in a newline")
        checkpoint = (path / "checkpoint").read_text(encoding="utf-8").split("\n")
        self.size = int(checkpoint[1])
        self.entries = entries(path / "tile" / "entries", self.size)

    def public_keys(self):
        """Ed25519 keys for securesystemslib and ML-DSA keys, each equal to its did:key."""
        ed25519, ml_dsa = {}, {}
        for key in self.keys["keys"]:
            keyid = key["keyid"]
            codec, raw = did_key(keyid)
            if codec == ED25519:
                require(len(raw) == 32, f"{keyid} holds {len(raw)} bytes")
                require(key.get("ed25519", raw.hex()) == raw.hex(), f"{keyid} is another key")
                ed25519[keyid] = SSlibKey(keyid, "ed25519", "ed25519", {"public": raw.hex()})
            elif codec == ML_DSA_65:
                ml_dsa[keyid] = mldsa.MLDSA65PublicKey.from_public_bytes(raw)
            else:
                raise Refused(f"{keyid[:24]} is of an unknown kind")
        return ed25519, ml_dsa


def tile_name(index, width):
    """Three digits a part, all but the last behind an x; .p/W when not full."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts) + ("" if width == 256 else f".p/{width}")


def entries(folder, size):
    """The log's entries: bundles of 256, each entry behind its 16-bit big-endian length."""
    found = []
    for start in range(0, size, 256):
        width = min(256, size - start)
        name = tile_name(start // 256, width)
        raw = (folder / name).read_bytes()
        for _ in range(width):
            length = int.from_bytes(raw[:2], "big")
            require(len(raw) >= 2 + length, f"{name} is truncated")
            found.append(raw[2:2 + length])
            raw = raw[2 + length:]
        require(raw == b"", f"{name} has {len(raw)} bytes too many")
    return found


def pae(payload):
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def check_envelope(line, ed25519, ml_dsa):
    """Signatures, statement and canonical form of one envelope; returns its statement."""
    value = parse(line)
    require(rfc8785.dumps(value) == line, "the envelope is not canonical")
    require(value["payloadType"] == PAYLOAD_TYPE, "payloadType")
    payload = base64.b64decode(value["payload"], validate=True)
    signers = [signature["keyid"] for signature in value["signatures"]]
    require(len(signers) == len(set(signers)), "a key signed twice")
    unknown = [keyid for keyid in signers if keyid not in ed25519 and keyid not in ml_dsa]
    require(not unknown, f"unknown keys {unknown}")

    stock = copy.deepcopy(value)
    stock["signatures"] = [s for s in stock["signatures"] if s["keyid"] in ed25519]
    require(stock["signatures"], "no Ed25519 signature")
    wanted = [ed25519[signature["keyid"]] for signature in stock["signatures"]]
    verified = Envelope.from_dict(stock).verify(wanted, len(wanted))
    require(len(verified) == len(wanted), "a signature does not verify")
    for signature in value["signatures"]:
        if signature["keyid"] in ml_dsa:
            raw = base64.b64decode(signature["sig"], validate=True)
            ml_dsa[signature["keyid"]].verify(raw, pae(payload))

    require(rfc8785.dumps(parse(payload)) == payload, "the payload is not canonical")
    statement = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(statement).validate()
    body = parse(payload)
    require(body["predicateType"].startswith("comity:"), "predicateType is not one of ours")
    require(body["predicate"]["signer"] in signers, "the named signer did not sign")
    return body


def check(record):
    """The whole record; returns how many envelopes were checked and how many are withheld."""
    require(len(record.lines) == record.size, f"{len(record.lines)} lines, {record.size} leaves")
    ed25519, ml_dsa = record.public_keys()
    checked, withheld = 0, 0
    for index, (line, entry) in enumerate(zip(record.lines, record.entries, strict=True)):
        if line == b"":
            require(len(entry) == 32, f"leaf {index} is no hash")
            withheld += 1
            continue
        require(hashlib.sha256(line).digest() == entry, f"leaf {index} is another envelope")
        check_envelope(line, ed25519, ml_dsa)
        checked += 1
    return checked, withheld


def envelope_mutations(line, other):
    """Broken copies of one envelope line, by what was done to it."""
    value = parse(line)
    flipped = copy.deepcopy(value)
    payload = bytearray(base64.b64decode(value["payload"]))
    payload[len(payload) // 2] ^= 1
    flipped["payload"] = base64.b64encode(bytes(payload)).decode()
    yield "payload bit", rfc8785.dumps(flipped)

    flipped = copy.deepcopy(value)
    signature = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
    signature[7] ^= 1
    flipped["signatures"][0]["sig"] = base64.b64encode(bytes(signature)).decode()
    yield "signature bit", rfc8785.dumps(flipped)

    flipped = copy.deepcopy(value)
    flipped["payloadType"] = "application/json"
    yield "payload type", rfc8785.dumps(flipped)

    flipped = copy.deepcopy(value)
    flipped["signatures"] = []
    yield "no signature", rfc8785.dumps(flipped)

    yield "white space", line.replace(b":", b": ", 1)
    if other is not None and parse(other)["signatures"] != value["signatures"]:
        flipped = copy.deepcopy(value)
        flipped["signatures"] = parse(other)["signatures"]
        yield "signature of another envelope", rfc8785.dumps(flipped)


def record_mutations(record):
    """Broken copies of the record as a whole, by what was done to it."""
    full = [index for index, line in enumerate(record.lines) if line]
    for what, size in (("size + 1", record.size + 1), ("size - 1", record.size - 1)):
        mutated = copy.copy(record)
        mutated.size = size
        yield what, mutated
    mutated = copy.copy(record)
    mutated.lines = record.lines[:-1]
    yield "truncated", mutated
    mutated = copy.copy(record)
    mutated.entries = [bytes(len(record.entries[0])), *record.entries[1:]]
    if full and full[0] == 0:
        yield "leaf replaced", mutated
    if len(full) >= 2:
        mutated = copy.copy(record)
        mutated.lines = list(record.lines)
        first, last = full[0], full[-1]
        mutated.lines[first], mutated.lines[last] = mutated.lines[last], mutated.lines[first]
        yield "two lines swapped", mutated
    mutated = copy.copy(record)
    mutated.keys = copy.deepcopy(record.keys)
    key = mutated.keys["keys"][0]
    if "ed25519" in key:
        key["ed25519"] = bytes(b ^ 1 for b in bytes.fromhex(key["ed25519"])).hex()
        yield "key altered", mutated
    mutated = copy.copy(record)
    mutated.keys = {**record.keys, "keys": []}
    if full:
        yield "keys dropped", mutated


def refuses(check_it, what):
    try:
        check_it()
    except Exception:  # pylint: disable=broad-except  # whichever library it was that refused
        return 1
    raise SystemExit(f"error: a mutated copy was accepted: {what}")


def main():
    path = Path(sys.argv[1])
    record = Record(path)
    checked, withheld = check(record)

    ed25519, ml_dsa = record.public_keys()
    full = [index for index, line in enumerate(record.lines) if line]
    step = max(1, len(full) // MUTATED_MAX)
    refused = 0
    for place in range(0, len(full), step):
        line = record.lines[full[place]]
        other = record.lines[full[place + 1]] if place + 1 < len(full) else None
        for what, mutated in envelope_mutations(line, other):
            # The leaf is left out of this on purpose: the signature alone must refuse.
            what = f"{what} in line {full[place]}"
            refused += refuses(lambda m=mutated: check_envelope(m, ed25519, ml_dsa), what)
    for what, mutated in record_mutations(record):
        refused += refuses(lambda m=mutated: check(m), what)
    print(
        f"{path.name}: {checked} envelopes verified by securesystemslib, in-toto and rfc8785, "
        f"{withheld} withheld, {refused} mutated copies refused"
    )


if __name__ == "__main__":
    try:
        main()
    except Refused as refusal:
        raise SystemExit(f"error: {sys.argv[1]}: {refusal}") from None
