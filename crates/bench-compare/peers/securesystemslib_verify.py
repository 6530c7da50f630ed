"""The peer of the row `dsse`: securesystemslib reads and verifies envelopes, round by round.

usage: securesystemslib_verify.py ENVELOPES     one envelope a line

Prints what it is, then for each line on standard input one round: nanoseconds, envelopes verified, and
the SHA-256 of all payloads, so that the other side can see that both did the same.
"""

import hashlib
import json
import sys
import time
from importlib.metadata import version

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


def main():
    with open(sys.argv[1], "rb") as file:
        lines = file.read().splitlines()
    names = {json.loads(line)["signatures"][0]["keyid"] for line in lines}
    keys = {name: key(name) for name in names}
    print(f"securesystemslib {version('securesystemslib')}", flush=True)
    for _ in sys.stdin:
        payloads = []
        start = time.perf_counter_ns()
        for line in lines:
            value = json.loads(line)
            keyid = value["signatures"][0]["keyid"]  # from_dict takes it out
            envelope = Envelope.from_dict(value)
            envelope.verify([keys[keyid]], 1)
            payloads.append(envelope.payload)
        took = time.perf_counter_ns() - start
        print(took, len(payloads), hashlib.sha256(b"".join(payloads)).hexdigest(), flush=True)


main()
