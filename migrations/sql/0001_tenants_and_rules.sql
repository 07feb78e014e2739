-- Who can be booked, for what, and when: the rules of each business.
-- Local times are minutes since local midnight, half-open, and mean what the tenant's zone says on that date.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE tenants (
    id                   uuid PRIMARY KEY,
    slug                 text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name                 text NOT NULL,
    time_zone            text NOT NULL,                  -- IANA
    language             text NOT NULL DEFAULT 'en-US',  -- BCP 47
    greeting             text NOT NULL,
    consent_sentence     text NOT NULL DEFAULT '',       -- spoken after the greeting; empty: none
    address              text NOT NULL DEFAULT '',
    web_address          text NOT NULL DEFAULT '',
    concurrent_calls_max integer NOT NULL DEFAULT 5 CHECK (concurrent_calls_max > 0),
    -- Grows with every change of the rules below, so that a reader's copy and a writer's check can tell.
    rules_version        bigint NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tenant_numbers (
    phone_number text PRIMARY KEY CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),  -- E.164
    tenant_id    uuid NOT NULL REFERENCES tenants ON DELETE CASCADE
);
CREATE INDEX tenant_numbers_by_tenant ON tenant_numbers (tenant_id);

CREATE TABLE services (
    id                    uuid PRIMARY KEY,
    tenant_id             uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    name                  text NOT NULL,
    description           text NOT NULL DEFAULT '',
    synonyms              text[] NOT NULL DEFAULT '{}',
    duration_minutes      integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 720),
    buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 240),
    buffer_after_minutes  integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 240),
    price_minor           bigint NOT NULL DEFAULT 0 CHECK (price_minor >= 0),
    currency              text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
    slot_grid_minutes     integer NOT NULL DEFAULT 30 CHECK (slot_grid_minutes BETWEEN 5 AND 1440),
    notice_minutes        integer NOT NULL DEFAULT 0 CHECK (notice_minutes >= 0),
    horizon_days          integer NOT NULL DEFAULT 60 CHECK (horizon_days BETWEEN 0 AND 730),
    active                boolean NOT NULL DEFAULT true,
    position              integer NOT NULL DEFAULT 0,   -- order in which it is read out
    UNIQUE (tenant_id, id)
);

CREATE TABLE staff (
    id        uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    name      text NOT NULL,
    active    boolean NOT NULL DEFAULT true,
    position  integer NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, id)
);

CREATE TABLE staff_services (
    tenant_id  uuid NOT NULL,
    staff_id   uuid NOT NULL,
    service_id uuid NOT NULL,
    PRIMARY KEY (staff_id, service_id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX staff_services_by_tenant ON staff_services (tenant_id);

CREATE TABLE opening_hours (
    tenant_id    uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),  -- ISO 8601: Monday 1
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute   integer NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
    PRIMARY KEY (tenant_id, weekday, start_minute),
    CHECK (start_minute < end_minute)
);

-- Other hours on a date than the weekly ones; no range in it: closed.
CREATE TABLE date_exceptions (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    date      date NOT NULL,
    reason    text NOT NULL DEFAULT '',
    open      int4range[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, date)
);

-- A person's own weekly hours. Nobody's row here: they work whenever the business is open.
CREATE TABLE staff_hours (
    tenant_id    uuid NOT NULL,
    staff_id     uuid NOT NULL,
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    start_minute integer NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute   integer NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
    PRIMARY KEY (staff_id, weekday, start_minute),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id) ON DELETE CASCADE,
    CHECK (start_minute < end_minute)
);
CREATE INDEX staff_hours_by_tenant ON staff_hours (tenant_id);

CREATE FUNCTION rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET rules_version = rules_version + 1
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
    RETURN NULL;
END $$;

CREATE FUNCTION tenant_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.rules_version := OLD.rules_version + 1;
    RETURN NEW;
END $$;

CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON services FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON staff FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON staff_services FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON opening_hours FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON date_exceptions FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON staff_hours FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON tenant_numbers FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER tenant_changed BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION tenant_changed();
