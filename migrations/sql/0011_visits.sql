-- Several services in one visit, one after another without a gap, perhaps by several people.

-- Each service of an appointment with who gives it. The appointment's own row has the first one's service and person, and
-- the whole visit's time.
CREATE TABLE appointment_segments (
    appointment_id uuid NOT NULL REFERENCES appointments ON DELETE CASCADE,
    position       smallint NOT NULL CHECK (position >= 0),
    tenant_id      uuid NOT NULL,
    service_id     uuid NOT NULL,
    staff_id       uuid NOT NULL,
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    PRIMARY KEY (appointment_id, position),
    CHECK (starts_at < ends_at),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);
CREATE INDEX appointment_segments_by_staff ON appointment_segments (staff_id, starts_at);
INSERT INTO appointment_segments
SELECT id, 0, tenant_id, service_id, staff_id, starts_at, ends_at FROM appointments;

-- What follows the first service, as it was held: an array of segments, each with who was asked for.
ALTER TABLE holds ADD COLUMN further jsonb NOT NULL DEFAULT '[]';

-- Which service of the visit a claim is for. Claims are made first: who is free decides what the hold or the appointment
-- is, so its row is written after them.
ALTER TABLE claims
    ADD COLUMN position smallint NOT NULL DEFAULT 0 CHECK (position >= 0),
    ALTER CONSTRAINT claims_hold_id_fkey DEFERRABLE INITIALLY DEFERRED,
    ALTER CONSTRAINT claims_appointment_id_fkey DEFERRABLE INITIALLY DEFERRED;
