-- Keys to a tenant's REST API. A key itself is never stored.

CREATE TABLE api_keys (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    name       text NOT NULL,  -- what its owner calls it
    key_hash   bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),  -- SHA-256
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id);
