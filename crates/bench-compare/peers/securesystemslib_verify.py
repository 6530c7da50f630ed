"""The peer of the row `dsse`: securesystemslib reads and verifies envelopes, round by round.

usage: securesystemslib_verify.py ENVELOPES     one envelope a line

Prints what it is, then for each line on standard input one round. The line says how much is checked:

  signature   the envelope is read and its signature holds
  statement   also: envelope and payload are in their canonical form without duplicate keys (rfc8785),
              and the payload is an in-toto statement (in-toto-attestation) of the one who signed

A round prints nanoseconds, envelopes verified, and the SHA-256 of all payloads, so that the other side
can see that both did the same.
"""

import hashlib
import json
import sys
import time
from importlib.metadata import version

import rfc8785
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def key(keyid):
    number = 0
    for char in keyid.removeprefix("did:key:z"):
        number = number * 58 + ALPHABET.index(char)
    raw = number.to_bytes(34, "big")
    assert raw[:2] == bytes([0xED, 0x01]), keyid
    return SSlibKey(keyid, "ed25519", "ed25519", {"public": raw[2:].hex()})


def strict(pairs):
    value = dict(pairs)
    assert len(value) == len(pairs), "duplicate key"
    return value


def parse(raw):
    value = json.loads(raw, object_pairs_hook=strict)
    assert rfc8785.dumps(value) == raw, "not canonical"
    return value


def signature(line, keys):
    value = json.loads(line)
    keyid = value["signatures"][0]["keyid"]  # from_dict takes it out
    envelope = Envelope.from_dict(value)
    envelope.verify([keys[keyid]], 1)
    return envelope.payload


def statement(line, keys):
    value = parse(line)
    keyid = value["signatures"][0]["keyid"]
    envelope = Envelope.from_dict(value)
    envelope.verify([keys[keyid]], 1)
    body = parse(envelope.payload)
    message = json_format.ParseDict(body, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    assert body["predicate"]["signer"] == keyid, "somebody else signed"
    return envelope.payload


def main():
    with open(sys.argv[1], "rb") as file:
        lines = file.read().splitlines()
    names = {json.loads(line)["signatures"][0]["keyid"] for line in lines}
    keys = {name: key(name) for name in names}
    print(f"securesystemslib {version('securesystemslib')}", flush=True)
    for wanted in sys.stdin:
        check = {"signature": signature, "statement": statement}[wanted.strip()]
        start = time.perf_counter_ns()
        payloads = [check(line, keys) for line in lines]
        took = time.perf_counter_ns() - start
        print(took, len(payloads), hashlib.sha256(b"".join(payloads)).hexdigest(), flush=True)


main()
