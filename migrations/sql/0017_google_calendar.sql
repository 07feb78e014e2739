-- Calendars of people outside of this system (Google's): what they say of somebody's time, what was written into them, and
-- where the two disagree.

CREATE TABLE calendar_links (
    staff_id           uuid PRIMARY KEY,
    tenant_id          uuid NOT NULL,
    calendar_id        text NOT NULL CHECK (length(calendar_id) BETWEEN 1 AND 254),  -- the calendar's own: an e-mail address, or "primary"
    access             text NOT NULL CHECK (access IN ('service_account', 'oauth')),
    refresh_token      bytea,  -- sealed under the installation's key
    shows_clients      boolean NOT NULL DEFAULT false,
    -- broken: the calendar does not let us in. stopped: so much was deleted there at once that nothing is believed
    state              text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'broken', 'stopped')),
    problem            text,
    -- The business has seen that so much was deleted, and it is so.
    trusts_deletions   boolean NOT NULL DEFAULT false,
    sync_token         text,
    -- Until when of its time somebody is known to be free or not, and until when that may be believed (by the database's clock).
    mirrored_to        timestamptz,
    fresh_until        timestamptz,
    synced_at          timestamptz,
    -- Not looked at before this. While a replica is at it, it lies ahead: if the replica dies, another one takes it up then.
    due_at             timestamptz NOT NULL DEFAULT now(),
    notified_at        timestamptz,
    failures           integer NOT NULL DEFAULT 0,
    channel_id         uuid,
    channel_token_hash bytea,
    channel_resource   text,
    channel_expires_at timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
    CHECK ((access = 'oauth') = (refresh_token IS NOT NULL)),
    CHECK ((state = 'active') = (problem IS NULL))
);
CREATE INDEX calendar_links_by_tenant ON calendar_links (tenant_id);
CREATE INDEX calendar_links_due ON calendar_links (due_at) WHERE state = 'active';

-- Questions to owners of accounts, whether we may, until they are answered.
CREATE TABLE calendar_authorizations (
    state_hash    bytea PRIMARY KEY CHECK (length(state_hash) = 32),  -- SHA-256
    tenant_id     uuid NOT NULL,
    staff_id      uuid NOT NULL,
    calendar_id   text NOT NULL,
    shows_clients boolean NOT NULL,
    expires_at    timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE
);

-- Events that make somebody busy, as the calendar last told them. None of ours.
CREATE TABLE calendar_busy (
    staff_id  uuid NOT NULL,
    tenant_id uuid NOT NULL,
    event_id  text NOT NULL,
    series    text NOT NULL DEFAULT '',  -- the recurring event that it belongs to
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    PRIMARY KEY (staff_id, event_id),
    CHECK (starts_at < ends_at),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE
);

-- Events of ours, as they were last written.
CREATE TABLE calendar_written (
    appointment_id uuid NOT NULL REFERENCES appointments ON DELETE CASCADE,
    staff_id       uuid NOT NULL,
    tenant_id      uuid NOT NULL,
    event_id       text NOT NULL,
    etag           text NOT NULL,
    version        integer NOT NULL,  -- of the appointment
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    PRIMARY KEY (appointment_id, staff_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calendar_written_by_event ON calendar_written (staff_id, event_id);

-- What the business has to decide. Nothing here changes an appointment by itself.
CREATE TABLE calendar_issues (
    id             uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    staff_id       uuid NOT NULL,
    appointment_id uuid NOT NULL REFERENCES appointments ON DELETE CASCADE,
    -- deleted, moved: what somebody did to our event. overlap: another event at the appointment's time
    kind           text NOT NULL CHECK (kind IN ('deleted', 'moved', 'overlap')),
    event_id       text NOT NULL,
    starts_at      timestamptz,  -- of the event as it is there
    ends_at        timestamptz,
    state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'dismissed', 'resolved')),
    found_at       timestamptz NOT NULL DEFAULT now(),
    settled_at     timestamptz,
    CHECK ((kind = 'deleted') = (starts_at IS NULL AND ends_at IS NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL)),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calendar_issues_once ON calendar_issues (appointment_id, staff_id, kind, event_id) WHERE state = 'open';
CREATE INDEX calendar_issues_by_tenant ON calendar_issues (tenant_id, found_at);

-- Absences that come from a calendar go with it.
ALTER TABLE claims
    ADD COLUMN from_calendar boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT claims_from_calendar CHECK (NOT from_calendar OR state = 'absence');
CREATE INDEX claims_from_calendar ON claims (resource_id) WHERE from_calendar;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['calendar_links', 'calendar_authorizations', 'calendar_busy', 'calendar_written', 'calendar_issues'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY of_tenant ON %I USING (is_current_tenant(tenant_id))', name);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_booking') THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO receptionist_booking', name);
        END IF;
    END LOOP;
END $$;
