-- Time that the business itself takes out of the calendar: somebody is away, or serves those who walk in.

CREATE TABLE blocks (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants,
    staff_id   uuid NOT NULL,
    session_id uuid NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('phone', 'web')),
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    reason     text NOT NULL CHECK (reason IN ('absence', 'walk_ins')),
    lifted_at  timestamptz,  -- its time was given back
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (starts_at < ends_at),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);
CREATE INDEX blocks_by_end ON blocks (tenant_id, ends_at) WHERE lifted_at IS NULL;

ALTER TABLE claims
    ADD COLUMN block_id uuid REFERENCES blocks,
    ADD CONSTRAINT claims_block CHECK (block_id IS NULL OR state = 'absence');
CREATE INDEX claims_by_block ON claims (block_id) WHERE block_id IS NOT NULL;

ALTER TABLE blocks ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON blocks USING (is_current_tenant(tenant_id));
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_booking') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON blocks TO receptionist_booking;
    END IF;
END $$;
