//! Objects as JSON with single quotes, valid by schema and no more.

macro_rules! agreement {
    () => {
        "{'agreement_id':'a','offer_id':'o','offerer_sovereign_id':'alpha','offerer_evidence':{},\
         'responder_sovereign_id':'beta','responder_evidence':{},'graph_digest':'g',\
         'agreed_terms':{'capabilities':['read'],'valid_from':'NOW-3600.','valid_until':'NOW+3600.'},\
         'established_at':'NOW+0.','expires_at':'NOW+3600.','signatures':[]}"
    };
}

macro_rules! terms {
    () => {
        "'capabilities':['read'],'valid_from':'NOW-3600.','valid_until':'NOW+3600.'"
    };
}

macro_rules! offer {
    () => {
        concat!(
            "{'offer_id':'o','offerer_sovereign_id':'carol','responder_sovereign_id':'beta',\
             'requested_terms':{",
            terms!(),
            "},'graph_digest':'g','offerer_evidence':{},'expires_at':'NOW+3600.',\
             'created_at':'NOW+0.','signatures':[]}"
        )
    };
}

macro_rules! commitment {
    () => {
        "{'commitment_id':'c','merkle_root':'00','capability_count':1,'agreement_id':'a',\
         'committed_at':'NOW+0.','issuer_sovereign_id':'alpha'}"
    };
}

macro_rules! shown {
    () => {
        "{'proof_id':'p','commitment_id':'c','revealed_capability':'read','leaf_hash':'00',\
         'merkle_path':[],'prover_sovereign_id':'beta','proved_at':'NOW+0.'}"
    };
}

macro_rules! justification {
    () => {
        "{'proof_id':'p','decision_id':'d','proof_issued_at':'NOW+0.','issuer_sovereign_id':'carol',\
         'trace':{'trace_id':'t','decision_id':'other','agreement_id':'a',\
         'operator_sovereign_id':'carol','traced_at':'NOW+0.','final_authorized':true}}"
    };
}

macro_rules! consensus {
    () => {
        "{'consensus_id':'c','proof_id':'p','decision_id':'d','required_threshold':1,\
         'validator_sovereign_ids':[],'reached_at':'NOW+0.','expires_at':'NOW+3600.'}"
    };
}

macro_rules! evidence {
    () => {
        "{'evidence_id':'e','issuer_sovereign_id':'alpha','source_sovereign_id':'alpha',\
         'target_sovereign_id':'beta','verdict':'allow','reason':'x','trusted':true,'hop_count':1,\
         'graph_digest':'g','evaluated_at':'t','issued_at':'NOW+0.','issued_by':'na'}"
    };
}

macro_rules! decision {
    () => {
        "{'decision_id':'d','context_id':'c','agreement_id':'a','authorized':true,\
         'decision_made_at':'NOW+0.','decision_valid_until':'NOW+3600.',\
         'operator_sovereign_id':'alpha'}"
    };
}

macro_rules! licence {
    () => {
        "'licensee_sovereign_id':'beta','allowed_source_ids':[],'allowed_access_types':[],\
         'valid_from':'NOW-3600.','valid_until':'NOW+3600.'"
    };
}

macro_rules! intent {
    () => {
        "'sources':[{'source_id':'s','source_type':'public','owner_sovereign_id':'a'}],\
         'access_types':['read']"
    };
}

macro_rules! part {
    () => {
        "'sovereign_id':'beta','endpoint':'http://b','fetched_at':'NOW+0.','graph':{}"
    };
}
