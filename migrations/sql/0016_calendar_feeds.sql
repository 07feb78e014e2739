-- Addresses under which each person's appointments can be subscribed to as a calendar. The address is the key to it, and
-- only its hash is kept.

CREATE TABLE calendar_feeds (
    staff_id      uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    token_hash    bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),  -- SHA-256
    shows_clients boolean NOT NULL DEFAULT false,  -- their names; who has the address can read them
    created_at    timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX calendar_feeds_by_tenant ON calendar_feeds (tenant_id);

-- Without row security, as api_keys: whose feed it is is known only once its token was looked up.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_booking') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_feeds TO receptionist_booking;
    END IF;
END $$;
