"""Treaties, attestations, revocation and import between this repository and the Python reference of Genesis Mesh.

usage: exchange.py COMITY FOLDER        (the program, and an empty folder to work in)

One authority of the reference (`pyrus`) and two of ours (`alpha`, `gamma`) answer on the loopback address. Both command
lines are run as users run them, with their exit status and words compared:

  our commands     pyrus recognises alpha, alpha recognises pyrus; attest, revoke, import, revoke the treaty
  their commands   the same between pyrus and gamma, and between gamma and alpha; bootstrap, bundles, treaties, nodes
  a forger         stands between the two and takes a revocation out of the feed: both refuse
  objects          what one signs, the other verifies; with another key it refuses (objects.py)

The first answer that differs ends the run with status 1.
"""

import json
import sys
import time
from pathlib import Path

import objects
from parties import Disagreement, Forger, Ours, Theirs, Tools, environment

ROLE = "role:service:maintainer"
REVOKED = "attestation_locally_revoked"


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def require(condition, why):
    if not condition:
        raise Disagreement(why)


def with_our_commands(tools, acceptor, issuer):
    """The whole exchange, with `comity mesh`."""
    here = tools.folder
    treaty, attestation = here / f"{acceptor.name}.treaty.json", here / f"{issuer.name}.att.json"
    feed = here / f"{issuer.name}.feed.json"
    path = ["path", acceptor.name, issuer.name, "--at", acceptor.url]
    check = ["check", attestation, "--treaty", treaty]
    tools.ours("show", issuer.url, says=issuer.name)
    tools.ours(*path, want=1, says="no_active_treaty_path")
    tools.ours(
        "recognise", "--at", acceptor.url, *acceptor.for_ours, "--peer", issuer.url,
        "--role", ROLE, "--out", treaty, says="active_treaty_path",
    )  # fmt: skip
    tools.ours(*path, says="trusted, active_treaty_path")
    tools.ours(
        "attest", "--at", issuer.url, *issuer.for_ours, "--subject", "ann", "--role", ROLE,
        "--claim", "team=\u00e5", "--out", attestation,
    )  # fmt: skip
    tools.ours(*check, "--at", acceptor.url, says="is accepted")
    tools.ours(*check, "--genesis", acceptor.genesis, says="is accepted")
    identity = read(attestation)["attestation_id"]
    tools.ours("revoke", "attestation", identity, "--at", issuer.url, *issuer.for_ours, "--reason", "left")
    tools.ours(*check, "--at", acceptor.url, says="is accepted")

    forger = Forger(issuer.url)
    try:
        forged = ["import", "--from", forger.url, "--at", acceptor.url, *acceptor.for_ours]
        tools.ours(*forged, want=1, says="client.feed_refused")
        require(forger.forged == 1, "the forger was not asked")
    finally:
        forger.stop()
    tools.ours(*check, "--at", acceptor.url, says="is accepted")

    order = ["import", "--from", issuer.url, "--at", acceptor.url, *acceptor.for_ours]
    tools.ours(*order, "--out", feed, says="is imported")
    tools.ours(*check, "--at", acceptor.url, want=1, says=REVOKED)
    tools.ours(*check, "--genesis", acceptor.genesis, "--feed", feed, want=1, says=REVOKED)
    tools.ours(*order, want=1, says="client.stale_sequence")

    identity = read(treaty)["treaty_id"]
    for verb, more in (("renew", []), ("replace", ["--role", "role:client"])):
        tools.ours("treaties", verb, identity, "--at", acceptor.url, *acceptor.for_ours, *more)
        rows = acceptor.get("/recognition-treaties?status=active")["recognition_treaties"]
        require(len(rows) == 1, f"{len(rows)} treaties in force after {verb}")
        identity = rows[0]["treaty"]["treaty_id"]
    tools.ours("revoke", "treaty", identity, "--at", acceptor.url, *acceptor.for_ours)
    tools.ours(*path, want=1, says="direct_treaty_revoked")
    bundle = here / f"{acceptor.name}.ours.bundle.json"
    tools.ours("bundle", "export", "--at", acceptor.url, "--out", bundle)
    tools.theirs("trust-bundle", "validate", "--bundle", bundle, "--na", acceptor.url, says="validation: ok")


def with_their_commands(tools, acceptor, issuer):
    """`proof remote`, and its proof inspected by both."""
    proof = tools.folder / f"{acceptor.name}-{issuer.name}.proof.json"
    keys = ["--acceptor-operator-key", acceptor.for_theirs, "--issuer-operator-key", issuer.for_theirs]
    tools.theirs(
        "proof", "remote", "--acceptor", acceptor.url, "--issuer", issuer.url, *keys,
        "--proof-bundle", proof, says=f"post:        {REVOKED}",
    )  # fmt: skip
    graph = tools.folder / f"{acceptor.name}.connectome.json"
    graph.write_text(json.dumps(acceptor.get("/connectome.json")), encoding="utf-8")
    tools.theirs("proof", "inspect", "--proof-bundle", proof, "--connectome", graph, says="matched")
    tools.ours("proof", "inspect", proof, "--connectome", graph, says="the proof holds")

    forger = Forger(issuer.url)
    try:
        tools.theirs(
            "proof", "remote", "--acceptor", acceptor.url, "--issuer", forger.url, *keys,
            want=1, says="invalid_signature",
        )  # fmt: skip
        require(forger.forged == 1, "the forger was not asked")
    finally:
        forger.stop()


def their_federation(tools, acceptor, issuer):
    """`federation bootstrap`, bundles and every treaty verb, until the path says that the treaty was revoked."""
    bundle = tools.folder / f"{issuer.name}.bundle.json"
    tools.theirs("trust-bundle", "export", "--na", issuer.url, "--output", bundle)
    for verb in ("validate", "import"):
        tools.theirs("trust-bundle", verb, "--bundle", bundle, "--na", issuer.url, says="validation: ok")
    tools.theirs("trust-bundle", "validate", "--bundle", bundle, "--na", acceptor.url, want=1)
    tools.ours("bundle", "validate", bundle, "--at", issuer.url, says="valid")

    both = ["federation", "bootstrap", "--acceptor", acceptor.url]
    tools.theirs(*both, "--issuer-bundle", bundle, "--dry-run", says="No treaty issued")
    sign = ["--operator-key", acceptor.for_theirs, "--yes"]
    tools.theirs(*both, "--issuer", issuer.url, *sign, says="trust_path: active_treaty_path")
    tools.theirs(
        *both, "--issuer", issuer.url, "--operator-key", issuer.for_theirs, "--yes",
        want=1, says="admin_auth_failed",
    )  # fmt: skip

    na = ["--na", acceptor.url]
    tools.theirs("treaty", "list", *na, "--subject-sovereign-id", issuer.name, says="active")

    def in_force():
        rows = acceptor.get(f"/recognition-treaties?status=active&subject_sovereign_id={issuer.name}")
        return [row["treaty"]["treaty_id"] for row in rows["recognition_treaties"]]

    first = in_force()[-1]
    tools.theirs("treaty", "inspect", *na, first, says=first)
    tools.theirs("treaty", "renew", *na, first, *sign, "--validity-hours", "100")
    tools.theirs("treaty", "replace", *na, in_force()[-1], *sign, "--role", "role:client", "--claim", "a=b")
    for treaty in in_force():
        tools.theirs("treaty", "revoke", *na, treaty, *sign, "--reason", "the end")
    answer = acceptor.get(f"/connectome/trust-path?from={acceptor.name}&to={issuer.name}")
    require(answer["reason"] == "direct_treaty_revoked", f"the path is {answer['reason']}")
    tools.ours("path", acceptor.name, issuer.name, "--at", acceptor.url, want=1, says="direct_treaty_revoked")


def their_node(tools, authority):
    """A node of the reference joins, is known, and is thrown out."""
    sign = ["--na", authority.url, "--operator-key", authority.for_theirs]
    node = tools.folder / "node"
    node.mkdir()
    config = ["--config", node / "node.toml"]
    invite = tools.theirs("admin", "invite", *sign, "--role", "client").strip()
    join = ["join", "--na", authority.url, *config]
    tools.theirs(*join, "--token", invite, says="Joined")
    tools.theirs("status", *config, says="valid: True")
    tools.theirs("discover", "--na", authority.url, "--capability", "x", says="No matching agents")
    certificate = read(node / "node.cert.json")["cert_id"]
    tools.theirs("admin", "revoke", *sign, certificate, "--reason", "key_compromise", says='"crl_sequence": 1')
    tools.theirs(*join, want=1, says="rejected by the Network Authority")


def main(comity, folder):
    environment()
    tools = Tools(comity, folder)
    started = time.monotonic()
    parties = []

    def scene(name, play, *actors):
        began, before = time.monotonic(), tools.commands
        play(tools, *actors)
        count, took = tools.commands - before, time.monotonic() - began
        print(f"    ok {name} ({count} commands, {took:.1f} s)", flush=True)

    try:
        for name in ("alpha", "gamma"):
            parties.append(Ours(comity, folder, name))
        parties.append(Theirs(tools, folder, "pyrus"))
        alpha, gamma, pyrus = parties
        scene("our commands: pyrus accepts alpha", with_our_commands, pyrus, alpha)
        scene("our commands: alpha accepts pyrus", with_our_commands, alpha, pyrus)
        scene("their commands: pyrus accepts gamma", with_their_commands, pyrus, gamma)
        scene("their commands: gamma accepts pyrus", with_their_commands, gamma, pyrus)
        scene("their commands: gamma accepts alpha", with_their_commands, gamma, alpha)
        scene("their commands: gamma federates with pyrus", their_federation, gamma, pyrus)
        scene("their commands: pyrus federates with gamma", their_federation, pyrus, gamma)
        scene("their commands: a node of alpha", their_node, alpha)
        pyrus.restart()
        scene("their objects, our verification", objects.theirs, pyrus, alpha)
        scene("our objects, their verification", objects.ours, alpha, pyrus)
    finally:
        for party in [*parties, tools]:
            party.stop()
    print(f"    both implementations agree: {tools.commands} commands in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    except Disagreement as disagreement:
        sys.exit(f"the implementations disagree: {disagreement}")
