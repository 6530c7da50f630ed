"""The peer of the rows on the constitution: the blueprint's pseudo code, in plain Python.

usage: constitution.py

Prints what it is, then for each line `sortition COUNT SEATS BEACON` on standard input one round: the pool is
made first, then a chamber is drawn from it as in section 7 of the blueprint, and only the draw is timed.
A round prints nanoseconds and the SHA-256 of the members' ids joined by line feeds.
"""

import hashlib
import sys
import time
from dataclasses import dataclass
from functools import cache

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


def main():
    print(f"Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        name, *args = line.split()
        took, answer = {"sortition": sortition}[name](*args)
        print(took, answer, flush=True)


main()
