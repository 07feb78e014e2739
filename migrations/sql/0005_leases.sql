-- Which stream keeps a session's holds alive: the latest one. The end of an older stream, noticed late, must not
-- free what its successor keeps.
CREATE TABLE leases (
    session_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants,
    lease_id   uuid NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX leases_by_age ON leases (opened_at);
