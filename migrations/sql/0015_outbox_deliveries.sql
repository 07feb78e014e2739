-- Who is told of what the outbox has: a row for each listener, so that one that fails is told again and the others are not.

CREATE TABLE outbox_deliveries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outbox_id    bigint NOT NULL REFERENCES outbox ON DELETE CASCADE,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    listener     text NOT NULL,
    -- What it is about: of two about the same, a listener hears the later one after the earlier one.
    subject      text NOT NULL,
    -- dead: given up, and kept to be looked at
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
    -- Not before this. While a replica is at it, it lies ahead: if the replica dies, another one takes it up then.
    available_at timestamptz NOT NULL DEFAULT now(),
    attempts     integer NOT NULL DEFAULT 0,
    reason       text,  -- why it was skipped, put off or given up; no personal data
    settled_at   timestamptz,
    UNIQUE (outbox_id, listener),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX outbox_deliveries_due ON outbox_deliveries (listener, available_at) WHERE state = 'waiting';
CREATE INDEX outbox_deliveries_in_order ON outbox_deliveries (listener, subject, outbox_id) WHERE state = 'waiting';
CREATE INDEX outbox_deliveries_dead ON outbox_deliveries (listener, settled_at) WHERE state = 'dead';

ALTER TABLE outbox_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON outbox_deliveries USING (is_current_tenant(tenant_id));

-- done_at: when its listeners had their rows. What was written before anybody listened stays untold.
UPDATE outbox SET done_at = now() WHERE done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_booking') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_deliveries TO receptionist_booking;
    END IF;
END $$;
