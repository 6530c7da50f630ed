"""Compares our canonical JSON with rfc8785's, line by line.

usage: differential_jcs.py PAIRS     (JSON lines of {"input": text, "canonical": text or null})

`input` is a JSON text as it came from outside; `canonical` is what our writer made of it, or null
where our reader refused it. Then this reader, which is as strict, must refuse it too.
"""

import json
import sys

import rfc8785


def strict(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("duplicate key")
    return dict(pairs)


def constant(name):
    raise ValueError(f"{name} is not JSON")


def canonical(text):
    """RFC 8785 by software that is not ours, over a strict reading."""
    value = json.loads(text, object_pairs_hook=strict, parse_constant=constant)
    return rfc8785.dumps(value).decode("utf-8")


def main():
    same, refused = 0, 0
    with open(sys.argv[1], encoding="utf-8") as pairs:
        for number, line in enumerate(pairs, 1):
            pair = json.loads(line)
            text, ours = pair["input"], pair["canonical"]
            if not isinstance(text, str):
                text = json.dumps(text)
            try:
                theirs = canonical(text)
            except (ValueError, OverflowError, RecursionError, UnicodeError) as why:
                if ours is not None:
                    raise SystemExit(f"error: line {number}: rfc8785 refuses ({why}), we wrote {ours}")
                refused += 1
                continue
            if ours is None:
                raise SystemExit(f"error: line {number}: we refuse what rfc8785 writes as {theirs}")
            if ours != theirs:
                raise SystemExit(f"error: line {number}: we wrote {ours}, rfc8785 {theirs}")
            same += 1
            # A comparison that cannot fail is none.
            if f"{ours} " == theirs or ours[:-1] == theirs:
                raise SystemExit("error: a mutated form was accepted")
    if same == 0:
        raise SystemExit("error: there was nothing to compare")
    print(f"canonical JSON: {same} texts byte-identical to rfc8785, {refused} refused by both")


if __name__ == "__main__":
    main()
