-- The published package (0.52.1) lacks the files from which its authority makes its tables, so it answers 500 to
-- everything that it should remember. These are the tables that its queries name, without types or indexes.
CREATE TABLE invite_tokens (
    token_id PRIMARY KEY, assigned_roles_json, max_validity_hours, created_at, expires_at, used_at, used_by_key
);
CREATE TABLE issued_certs (
    cert_id PRIMARY KEY, node_public_key, cert_json, roles_json, issued_at, expires_at, remote_addr,
    status DEFAULT 'issued', last_heartbeat, heartbeat_status, renewed_from, revoked_at, revocation_reason,
    max_validity_hours
);
CREATE TABLE nonces (scope, nonce, created_at, PRIMARY KEY (scope, nonce));
CREATE TABLE crl_versions (sequence INTEGER PRIMARY KEY, crl_json, active DEFAULT 0, created_at);
CREATE TABLE policy_versions (policy_id PRIMARY KEY, policy_json, active DEFAULT 0, created_at);
CREATE TABLE audit_events (event_id PRIMARY KEY, event_json, created_at);
CREATE TABLE agent_registrations (
    node_public_key PRIMARY KEY, agent_id, network_name, capabilities_csv, endpoint_host, endpoint_port,
    endpoint_scheme, descriptor_json, registered_at, expires_at
);
CREATE TABLE membership_attestations (
    attestation_id PRIMARY KEY, issuer_sovereign_id, subject_id, subject_public_key, roles_json, status,
    attestation_json, issued_at, valid_from, expires_at, revoked_at, revocation_reason
);
CREATE TABLE recognition_policies (policy_id PRIMARY KEY, policy_json, active, created_at);
CREATE TABLE recognition_treaties (
    treaty_id PRIMARY KEY, issuer_sovereign_id, subject_sovereign_id, status, treaty_json, issued_at, valid_from,
    expires_at, revoked_at, revocation_reason
);
CREATE TABLE sovereign_revocation_feeds (
    feed_id PRIMARY KEY, issuer_sovereign_id, sequence INTEGER, feed_json, imported_at
);
CREATE TABLE imported_sovereign_revocations (
    issuer_sovereign_id, attestation_id, feed_id, sequence INTEGER, reason, imported_at,
    PRIMARY KEY (issuer_sovereign_id, attestation_id)
);
