-- Text messages of the last day, to count how many a phone got; older ones are deleted.
CREATE TABLE text_messages (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    phone_number text NOT NULL,  -- E.164
    -- sending: not known yet, and for good when the process ended meanwhile; unclear: the carrier may have sent it
    state        text NOT NULL DEFAULT 'sending' CHECK (state IN ('sending', 'sent', 'unclear', 'failed')),
    carrier_sid  text,
    carrier_code integer,        -- the carrier's error code
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX text_messages_by_phone ON text_messages (phone_number, created_at);
CREATE INDEX text_messages_by_age ON text_messages (created_at);
