"""Signed objects: each is made with one command line and verified with the other, with the right key and with another."""

import json
import urllib.request

from parties import Disagreement, public_of

UNTIL = "2099-01-01T00:00:00+00:00"


def theirs(tools, signer, other):
    """`genesis-mesh trust ...` makes them, `comity mesh verify` checks them."""
    here = tools.folder / "objects"
    here.mkdir()
    a, b = signer.na_key, other.for_theirs
    key, other_key, strange = public_of(a), public_of(b), public_of(signer.home / "keys/root.key")
    sign, cosign = ["--signing-key", a], ["--signing-key", b]

    def put(name, value):
        (here / name).write_text(json.dumps(value), encoding="utf-8")
        return here / name

    def get(name):
        return json.loads((here / name).read_text(encoding="utf-8"))

    def make(output, *words, want=0):
        tools.theirs("trust", *words, "--output", here / output, want=want)
        return here / output

    def verify(suite, file, *withs, reason="invalid_signature"):
        more = [word for name, path in withs for word in ("--with", f"{name}={path}")]
        tools.ours("verify", suite, file, "--public-key", key, *more, says='"valid":true')
        tools.ours("verify", suite, file, "--public-key", strange, *more, want=1, says=f'"reason":"{reason}"')

    tools.ours("recognise", "--at", signer.url, *signer.for_ours, "--peer", other.url)
    graph = ["--graph", put("graph.json", signer.get("/recognition-graph"))]
    offer = make(
        "offer.json", "agree", "offer", "--from", "pyrus", "--to", "alpha", "--capability", "x.read",
        "--capability", "y.write", "--valid-until", UNTIL, *graph, *sign,
    )  # fmt: skip
    counter = make("counter.json", "agree", "counter", "--offer", offer, "--capability", "x.read", *graph, *cosign)
    agreement = make("agreement.json", "agree", "accept", "--counter", counter, "--offer", offer, *sign)
    responder = put("responder.json", [other_key])
    verify(
        "agreements", agreement, ("responder_public_keys", responder), reason="invalid_offerer_signature"
    )
    half = make(
        "half.json", "delegate", "create", "--agreement", agreement, "--from", "alpha", "--to", "delta",
        "--capability", "x.read", "--valid-until", UNTIL, *graph, *cosign,
    )  # fmt: skip
    delegation = make("delegation.json", "delegate", "cosign", "--delegation", half, *graph, *sign)
    verify(
        "delegations", agreement, ("root_responder_public_keys", responder),
        ("hops", put("hops.json", [json.loads(delegation.read_text(encoding="utf-8"))])),
        ("per_hop_keys", put("keys.json", {"alpha": [other_key], "delta": [key]})),
        reason="root_agreement_invalid",
    )  # fmt: skip
    verify("ibct", make("token.json", "token", "issue", "--agreement", agreement, "--bearer", "alpha",
                        "--caps", "x.read", "--valid-for", "3600", *sign))  # fmt: skip

    commitment = make("commitment.json", "disclose", "commit", "--agreement", agreement, "--issuer", "pyrus", *sign)
    proof = make("proof.json", "disclose", "prove", "--capability", "x.read", "--agreement", agreement,
                 "--commitment", commitment, "--prover", "alpha")  # fmt: skip
    verify("selective_disclosure", proof, ("commitment", commitment), reason="commitment_invalid_signature")

    context = make("context.json", "context", "request", "--agreement", agreement, "--capability", "x.read",
                   "--requester", "pyrus", "--provider", "alpha")  # fmt: skip
    decision = make("decision.json", "context", "evaluate", "--context", context, "--agreement", agreement,
                    "--operator", "alpha", *sign)  # fmt: skip
    verify("signatures", decision)
    justification = make("justification.json", "justify", "sign", "--decision", decision,
                         "--trace", put("trace.json", trace(get("decision.json"))), *sign)  # fmt: skip
    votes = [
        make(f"vote-{name}.json", "consensus", "vote", "--proof", justification, "--validator", name, "--approve", *of)
        for name, of in (("pyrus", sign), ("alpha", cosign))
    ]
    consensus = make(
        "consensus.json", "consensus", "assemble", "--proof", justification, "--vote", votes[0],
        "--vote", votes[1], "--threshold", "2", "--validators", "pyrus,alpha", "--assembler", "pyrus", *sign,
    )  # fmt: skip
    validators = put("validators.json", {"pyrus": key, "alpha": other_key})
    verify(
        "consensus", consensus, ("validator_public_keys", validators), reason="invalid_assembler_signature"
    )

    verify("freshness", make("fresh.json", "freshness", "issue", "--feed-sovereign", "pyrus", "--feed-sequence",
                             "3", "--issuer-sovereign", "pyrus", "--valid-for", "3600", *sign))  # fmt: skip
    policy = make("policy.json", "data", "policy", "--licensor-sovereign", "alpha", "--licensee-sovereign", "pyrus",
                  "--allow-source", "s1", "--allow-access", "read", *cosign)  # fmt: skip
    intent = make("intent.json", "data", "intent", "--agent-sovereign", "pyrus", "--decision-id", "d1",
                  "--source", "s1:public:alpha", "--access-type", "read", *sign)  # fmt: skip
    verify("data_usage", intent, ("policy", policy), reason="intent_exceeds_license")
    (here / "prompt.txt").write_text("be brief", encoding="utf-8")
    model = make("model.json", "attest", "create", "--agent-sovereign", "pyrus", "--model-id", "m",
                 "--model-version", "1", "--system-prompt-file", here / "prompt.txt", "--tool-id", "t1", *sign)  # fmt: skip
    allowed = make("allowed.json", "attest", "policy", "--operator-sovereign", "alpha", "--allow-model", "m",
                   "--valid-until", UNTIL, *cosign)  # fmt: skip
    verify("attestations", model, ("policy", allowed))
    # An attestation was revoked on the path: the verdict is to ask somebody, which the command says with status 2.
    evidence = make("evidence.json", "evidence", *graph, "--from", "pyrus", "--to", "alpha",
                    "--issuer-sovereign", "pyrus", *sign, want=2)  # fmt: skip
    verify("trust_evidence", evidence)

    rows = signer.get("/recognition-treaties")["recognition_treaties"]
    verify("treaties", put("treaty.json", rows[-1]["treaty"]))
    verify("revocation", put("feed.json", signer.get("/sovereign-revocation-feed")))


def trace(decision):
    """What a justification explains: the gates of a decision, one by one."""
    at = decision["decision_made_at"]
    entries = [
        {
            "gate_name": gate["gate_name"], "gate_type": "standard", "evaluated_at": at, "inputs": {},
            "result": gate["passed"], "reason": gate["detail"] or "passed", "metadata": {},
        }
        for gate in decision["gate_results"]
    ]  # fmt: skip
    return {
        "trace_id": "trace-1", "decision_id": decision["decision_id"], "agreement_id": decision["agreement_id"],
        "operator_sovereign_id": "pyrus", "traced_at": at, "entries": entries, "short_circuited_at": None,
        "final_authorized": True,
    }  # fmt: skip


def order(authority, path, body):
    """A request signed by the reference's own code, to an authority of either kind."""
    from genesis_mesh.cli.support import _signed_admin_headers

    headers = _signed_admin_headers("operator-local", authority.for_theirs, body)
    request = urllib.request.Request(
        authority.url + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def ours(tools, signer, other):
    """Our authority signs them, `genesis-mesh` checks them."""
    here = tools.folder / "objects"
    key, other_key, strange = signer.public_key(), other.public_key(), public_of(other.home / "keys/root.key")

    def put(name, value):
        (here / name).write_text(json.dumps(value), encoding="utf-8")
        return here / name

    def get(name):
        return json.loads((here / name).read_text(encoding="utf-8"))

    def check(*words, option, says, reason="invalid_signature"):
        tools.theirs("trust", *words, option, key, says=says)
        tools.theirs("trust", *words, option, strange, want=1, says=reason)

    tools.theirs("genesis", "verify", "--genesis", signer.genesis, says="All signatures verified")
    graph = put("our-graph.json", signer.get("/recognition-graph"))
    decide = ["trust", "decide", "--graph", graph, "--from", signer.name, "--to", other.name]
    verdict = json.loads(tools.theirs(*decide, "--format", "json", want=3))
    if verdict["reason"] != "direct_treaty_revoked":
        raise Disagreement(f"the reference reads our graph as {verdict['reason']}")
    evidence = put("our-evidence.json", order(signer, "/admin/trust-evidence", {"decision": verdict}))
    check("verify-evidence", "--evidence", evidence, "--graph", graph, option="--public-key", says="accepted")
    tools.theirs("atlas", "build", "--graph", graph, "--output", here / "atlas", says="atlas.json")

    # They offer, we answer with less, they accept: both have signed the same.
    at = signer.get("/sovereign.json")["network_authority"]["valid_from"]
    window = {"valid_from": at, "valid_until": UNTIL}
    offer = order(other, "/admin/agreements/offer", {
        "responder_sovereign_id": signer.name, "capabilities": ["x.read", "y.write"], "expires_at": UNTIL, **window,
    })  # fmt: skip
    counter = order(signer, "/admin/agreements/counter", {"offer": offer, "capabilities": ["x.read"], **window})
    agreement = order(other, "/admin/agreements/accept", {"counter": counter, "original_offer": offer})
    file = put("our-agreement.json", agreement)
    check("agree", "verify", "--agreement", file, "--offerer-public-key", other_key,
          option="--responder-public-key", says="accepted", reason="_responder_signature")  # fmt: skip
    responder = put("our-key.json", [key])
    tools.ours("verify", "agreements", file, "--public-key", other_key, "--with",
               f"responder_public_keys={responder}", says='"valid":true')  # fmt: skip

    wanted = {"agreement": agreement, "requested_capability": "x.read", "offerer_public_keys": [other_key]}
    decision = put("our-decision.json", order(signer, "/admin/boundary/decide", wanted))
    check("context", "verify", "--decision", decision, option="--operator-public-key", says="authorized")
    wanted = {"agreement": agreement, "capabilities": ["x.read"], "offerer_public_keys": [other_key]}
    commitment = put("our-commitment.json", order(signer, "/admin/disclosure/commit", wanted))
    proof = here / "our-proof.json"
    tools.theirs("trust", "disclose", "prove", "--capability", "x.read", "--agreement", file, "--commitment",
                 commitment, "--prover", other.name, "--output", proof)  # fmt: skip
    check("disclose", "verify", "--proof", proof, "--commitment", commitment, option="--verify-key",
          says="valid", reason="commitment_invalid_signature")  # fmt: skip

    justification = get("justification.json")
    vote = put("our-vote.json", order(signer, "/admin/consensus/vote", {
        "justification_proof": justification, "vote": True, "reason": "as agreed",
    }))  # fmt: skip
    consensus = here / "our-consensus.json"
    tools.theirs("trust", "consensus", "assemble", "--proof", here / "justification.json", "--vote", vote,
                 "--threshold", "1", "--validators", signer.name, "--assembler", other.name,
                 "--signing-key", other.na_key, "--output", consensus)  # fmt: skip
    said = ["trust", "consensus", "verify", "--consensus", consensus, "--assembler-key", other_key]
    tools.theirs(*said, "--validator-key", f"{signer.name}:{key}", says="valid")
    tools.theirs(*said, "--validator-key", f"{signer.name}:{strange}", want=1, says="invalid_vote_signature")

    licence = order(signer, "/admin/data-usage/policy", {
        "licensee_sovereign_id": other.name, "allowed_source_ids": ["s1"], "allowed_access_types": ["read"], **window,
    })  # fmt: skip
    licence = put("our-licence.json", licence)
    allowed = ["trust", "data", "verify", "--intent", here / "intent.json", "--policy", licence]
    tools.theirs(*allowed, "--public-key", other_key)
    tools.theirs(*allowed, "--public-key", strange, want=1, says="intent_exceeds_license")
