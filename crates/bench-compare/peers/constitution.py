"""The peer of the rows on the constitution: the blueprint's rules, in plain Python.

usage: constitution.py

Prints what it is, then for each line on standard input one round. What it works on is made first, and only the
work is timed. A round prints nanoseconds and its answer:

sortition COUNT SEATS BEACON   a chamber is drawn as in section 7 of the blueprint; the SHA-256 of the members' ids
                               joined by line feeds
root COUNT WRITER              records become canonical JSON, sorted leaves and a tree; its root. The writer is rfc8785,
                               or json.dumps, which happens to give the same bytes for these records
proof COUNT NUMBER             the path of one record in the tree, which is kept; found by searching the leaves as
                               the reference does. The SHA-256 of the path
"""

import hashlib
import json
import sys
import time
from dataclasses import dataclass
from functools import cache

import rfc8785

REGIONS, ORGS = 15, 500


@dataclass(frozen=True)
class Actor:
    id: str
    region: str
    org: str


def sha256(data):
    return hashlib.sha256(data).digest()


@cache
def pool(count):
    actors = []
    for i in range(count):
        u = int.from_bytes(sha256(f"bench|{i}".encode())[:8], "big")
        actors.append(Actor(f"bench-{i:06d}", f"R{u % REGIONS:02d}", f"O{(u >> 16) % ORGS:03d}"))
    return actors


def select_chamber_members(
    eligible_pool, chamber_size, beacon, previous, nonce, region_cap, min_regions, min_orgs, recusal_set
):
    seed = sha256(beacon + previous + nonce)
    ranked = sorted(
        [actor for actor in eligible_pool if actor.id not in recusal_set],
        key=lambda actor: sha256(seed + actor.id.encode()),
    )
    selected, region_count, org_count = [], {}, {}
    for actor in ranked:
        if len(selected) == chamber_size:
            break
        if region_count.get(actor.region, 0) >= region_cap:
            continue
        selected.append(actor)
        region_count[actor.region] = region_count.get(actor.region, 0) + 1
        org_count[actor.org] = org_count.get(actor.org, 0) + 1
    assert len(selected) == chamber_size, "insufficient eligible participants"
    assert len(region_count) >= min_regions, "region diversity constraint failed"
    assert len(org_count) >= min_orgs, "organization diversity constraint failed"
    return selected


def sortition(count, seats, beacon):
    actors = pool(int(count))
    seats = int(seats)
    start = time.perf_counter_ns()
    members = select_chamber_members(
        actors, seats, bytes.fromhex(beacon), bytes(32), bytes(32), seats * 15 // 100, 8, 8, set()
    )
    took = time.perf_counter_ns() - start
    return took, hashlib.sha256("\n".join(actor.id for actor in members).encode()).hexdigest()


@cache
def records(count):
    kinds = ["mission.completed", "trust.updated", "review.decided"]
    return [
        {
            "event_type": kinds[i % 3],
            "event_id": f"EVT-{i:08d}",
            "event_timestamp": f"2026-02-13T13:{i // 60 % 60:02d}:{i % 60:02d}Z",
            "actor_id": f"actor-{i * 7919 % 997}",
            "payload": {
                "delta": i * 37 % 41,
                "evidence": hashlib.sha256(f"bench|{i}".encode()).hexdigest(),
                "mission_id": f"M-{i % 13}",
                "note": "\u017elu\u0165" if i % 5 == 0 else "ok",
            },
        }
        for i in range(count)
    ]


def dumps(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


WRITERS = {"rfc8785": rfc8785.dumps, "json.dumps": dumps}


def levels(events, write):
    def order(record):
        return (record["event_type"], record["event_id"], record["event_timestamp"], record["actor_id"])

    level = [sha256(write(record)) for record in sorted(events, key=order)]
    made = [level]
    while len(level) > 1:
        pairs = range(0, len(level) - 1, 2)
        above = [sha256(b"\x01" + level[i] + level[i + 1]) for i in pairs]
        level = above + level[len(level) - len(level) % 2 :]
        made.append(level)
    return made


def root(count, writer):
    events = records(int(count))
    start = time.perf_counter_ns()
    made = levels(events, WRITERS[writer])
    return time.perf_counter_ns() - start, made[-1][0].hex()


@cache
def kept(count):
    return [[node.hex() for node in level] for level in levels(records(count), dumps)]


def proof(count, number):
    tree, wanted = kept(int(count)), sha256(dumps(records(int(count))[int(number)])).hex()
    start = time.perf_counter_ns()
    path = []
    if wanted in tree[0]:
        place = tree[0].index(wanted)
        for level in tree[:-1]:
            sibling = place ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            place //= 2
    took = time.perf_counter_ns() - start
    return took, hashlib.sha256(bytes.fromhex("".join(path))).hexdigest()


WORK = {"sortition": sortition, "root": root, "proof": proof}


def main():
    print(f"Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        name, *args = line.split()
        took, answer = WORK[name](*args)
        print(took, answer, flush=True)


main()
