//! Agreements: offers, counters, acceptance.

use std::collections::BTreeMap;

use comity_mesh::agreement::{
    AgreementError, AgreementReason, AgreementRecord, AgreementTerms, CapabilityCounter,
    CapabilityOffer, PartyKeys,
};
use comity_mesh::schema::{Field, SchemaError};
use comity_wire::mesh_json::{Datetime, Value};

use super::{is_plausible, object, refused, required_keys, required_texts, text, time, window};
use crate::decide::Done;
use crate::ids::drawn;
use crate::{Authority, Body, Call, Refusal};

const COUNTER_REJECTED: &str = "counter_rejected";
const ACCEPT_REJECTED: &str = "accept_rejected";

impl Authority {
    /// `POST /agreements/verify`. Both parties' keys must be given: neither falls back on this authority's.
    ///
    /// # Errors
    ///
    /// 400 for an agreement or keys that are none, or keys that are missing.
    pub fn verify_agreement(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let agreement: AgreementRecord =
            object(body, "agreement", "missing_agreement", "invalid_agreement")?;
        let offerer = required_keys(body, "offerer_public_keys")?;
        let responder = required_keys(body, "responder_public_keys")?;
        let keys = PartyKeys { offerer: &offerer, responder: &responder };
        let expected = body.text("expected_graph_digest", "invalid_expected_graph_digest")?;
        let result = agreement.verify_in_force(keys, expected, at);
        let refused = result.err().map(AgreementReason::as_str);
        Ok(Value::from([
            ("accepted", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("accepted"))),
            ("agreement_id", text(&agreement.agreement_id)),
        ]))
    }

    /// `POST /admin/agreements/offer`: asks another sovereign for capabilities.
    pub(crate) fn offer(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_offer_fields";
        let responder = body.required("responder_sovereign_id", missing)?;
        let terms = terms(body, missing)?;
        let expires_at = time(body, "expires_at")?;
        if responder == self.sovereign_id() {
            let message = "Could not build offer";
            return Err(refused("offer_rejected", message, "responder_is_offerer"));
        }
        let evidence = self.found(call, self.sovereign_id(), responder)?;
        let draft = CapabilityOffer {
            offer_id: drawn(call.id, "offer"),
            offerer_sovereign_id: self.sovereign_id().to_owned(),
            responder_sovereign_id: responder.to_owned(),
            requested_terms: terms,
            graph_digest: String::new(),
            offerer_evidence: BTreeMap::new(),
            expires_at,
            created_at: call.at,
            signatures: Vec::new(),
        };
        let offer = CapabilityOffer::issue(draft, &evidence, &self.secret, &self.config.key_id)
            .map_err(|error| not_done("offer_rejected", &error))?;
        let done = Done { status: 201, ..Done::ok(offer.write()) };
        let done = done.noting("offer_id", offer.offer_id.as_str());
        Ok(done.noting("responder_sovereign_id", responder))
    }

    /// `POST /admin/agreements/counter`: grants less than what was asked for.
    pub(crate) fn counter(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_counter_fields";
        let offer: CapabilityOffer = object(body, "offer", missing, "invalid_offer")?;
        let terms = terms(body, missing)?;
        self.check_offer(body, &offer, COUNTER_REJECTED)?;
        let (ours, theirs) = (&offer.responder_sovereign_id, &offer.offerer_sovereign_id);
        let evidence = self.found(call, ours, theirs)?;
        let counter = offer
            .counter(terms, &evidence, call.at, &self.secret, &self.config.key_id)
            .map_err(|error| not_done(COUNTER_REJECTED, &error))?;
        let done = Done { status: 201, ..Done::ok(counter.write()) };
        Ok(done.noting("offer_id", offer.offer_id).noting("offerer_sovereign_id", theirs.as_str()))
    }

    /// `POST /admin/agreements/accept`: takes an offer as it stands, or a counter to an offer of one's own.
    pub(crate) fn accept(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let is_there = |name: &str| body.get(name).is_some();
        let agreement = if is_there("counter") && is_there("original_offer") {
            self.accept_counter(call, body)?
        } else if is_there("offer") {
            self.accept_offer(call, body)?
        } else {
            let message = "Provide {offer} or {counter, original_offer}";
            return Err(Refusal::bad("missing_accept_fields", message));
        };
        let done = Done { status: 201, ..Done::ok(agreement.write()) };
        let done = done.noting("agreement_id", agreement.agreement_id);
        let done = done.noting("offerer_sovereign_id", agreement.offerer_sovereign_id);
        Ok(done.noting("responder_sovereign_id", agreement.responder_sovereign_id))
    }

    fn accept_offer(&self, call: &Call<'_>, body: &Body) -> Result<AgreementRecord, Refusal> {
        let offer: CapabilityOffer = read(body, "offer")?;
        self.check_offer(body, &offer, ACCEPT_REJECTED)?;
        let (ours, theirs) = (&offer.responder_sovereign_id, &offer.offerer_sovereign_id);
        let evidence = self.found(call, ours, theirs)?;
        let id = drawn(call.id, "agreement");
        offer
            .accept(id, &evidence, call.at, &self.secret, &self.config.key_id)
            .map_err(|error| not_done(ACCEPT_REJECTED, &error))
    }

    fn accept_counter(&self, call: &Call<'_>, body: &Body) -> Result<AgreementRecord, Refusal> {
        let counter: CapabilityCounter = read(body, "counter")?;
        let offer: CapabilityOffer = read(body, "original_offer")?;
        let own = self.known_keys(self.sovereign_id());
        let is_own = offer.offerer_sovereign_id == self.sovereign_id();
        if !is_own || !is_plausible(&offer, &own) {
            return Err(rejected(ACCEPT_REJECTED, "not_the_offerer"));
        }
        let keys = self.keys_for(body, "responder_public_keys", &offer.responder_sovereign_id)?;
        if !is_plausible(&counter, &keys) {
            return Err(rejected(ACCEPT_REJECTED, "mesh.agreement_bad_signature"));
        }
        let id = drawn(call.id, "agreement");
        counter
            .accept(&offer, id, call.at, &self.secret, &self.config.key_id)
            .map_err(|error| not_done(ACCEPT_REJECTED, &error))
    }

    /// Whether an offer is for this authority to answer, and its offerer's, as far as that can be told.
    fn check_offer(
        &self,
        body: &Body,
        offer: &CapabilityOffer,
        code: &'static str,
    ) -> Result<(), Refusal> {
        if !self.speaks_for(&offer.responder_sovereign_id) {
            return Err(rejected(code, "not_the_responder"));
        }
        let keys = self.keys_for(body, "offerer_public_keys", &offer.offerer_sovereign_id)?;
        if is_plausible(offer, &keys) {
            Ok(())
        } else {
            Err(rejected(code, "mesh.agreement_bad_signature"))
        }
    }
}

/// What is to be agreed on.
fn terms(body: &Body, missing: &'static str) -> Result<AgreementTerms, Refusal> {
    let capabilities = required_texts(body, "capabilities", missing)?;
    let (valid_from, valid_until) = window(body)?;
    let scope = body.map("scope", "invalid_scope")?;
    let freshness_commitment = 0;
    Ok(AgreementTerms { capabilities, scope, valid_from, valid_until, freshness_commitment })
}

/// An object of what is to be accepted.
fn read<T: Field>(body: &Body, name: &'static str) -> Result<T, Refusal> {
    T::read(body.object(name)).map_err(|error: SchemaError| {
        let error = error.within(name);
        Refusal::schema(ACCEPT_REJECTED, "Could not accept", &error)
    })
}

fn rejected(code: &'static str, reason: &str) -> Refusal {
    refused(code, "Not for this authority to answer, or not genuine", reason)
}

fn not_done(code: &'static str, error: &AgreementError) -> Refusal {
    Refusal::new(422, code, error.to_string()).with("reason", error.code())
}
