-- Holds, appointments, and the one table of occupied time that decides between them.

CREATE TABLE clients (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants,
    name       text NOT NULL,
    email      text,  -- lower case
    phone      text,  -- E.164
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX clients_by_email ON clients (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX clients_by_phone ON clients (tenant_id, phone) WHERE phone IS NOT NULL;

CREATE TABLE appointments (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    service_id   uuid NOT NULL,
    staff_id     uuid NOT NULL,
    client_id    uuid NOT NULL,
    session_id   uuid NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('phone', 'web')),
    -- Service time, without buffers; the blocked time is the claim's.
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    time_zone    text NOT NULL,  -- IANA, as it was when the time was agreed
    client_name  text NOT NULL,
    client_email text NOT NULL DEFAULT '',
    client_phone text NOT NULL DEFAULT '',
    notes        text NOT NULL DEFAULT '',
    status       text NOT NULL DEFAULT 'booked' CHECK (status IN ('booked', 'cancelled')),
    version      integer NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (starts_at < ends_at),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id)
);
CREATE INDEX appointments_by_start ON appointments (tenant_id, starts_at);
CREATE INDEX appointments_by_session ON appointments (session_id);
CREATE INDEX appointments_by_client ON appointments (client_id);

-- What was held for whom. The row outlives its claim for a while, so that a late confirmation can be understood.
CREATE TABLE holds (
    id             uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES tenants,
    session_id     uuid NOT NULL,
    channel        text NOT NULL CHECK (channel IN ('phone', 'web')),
    service_id     uuid NOT NULL,
    staff_id       uuid NOT NULL,
    any_staff      boolean NOT NULL,  -- the caller named nobody
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    placed_at      timestamptz NOT NULL,  -- by the service's clock: the notice period was met then
    ended_as       text CHECK (ended_as IN ('booked', 'released', 'replaced', 'expired')),
    ended_at       timestamptz,
    appointment_id uuid REFERENCES appointments,
    CHECK ((ended_as IS NULL) = (ended_at IS NULL)),
    CHECK (ended_as IS DISTINCT FROM 'booked' OR appointment_id IS NOT NULL),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
    FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
);
CREATE INDEX holds_by_session ON holds (session_id);
CREATE INDEX holds_ended ON holds (ended_at) WHERE ended_at IS NOT NULL;

-- Occupied time. A row is time that nobody else can have: no state of a row makes it not count, only its absence.
CREATE TABLE claims (
    id             uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES tenants,
    resource_kind  text NOT NULL CHECK (resource_kind IN ('staff', 'room', 'machine')),
    resource_id    uuid NOT NULL,
    -- Which of the resource's parallel places; 0 unless the owner granted an overbooking.
    lane           smallint NOT NULL DEFAULT 0 CHECK (lane >= 0),
    during         tstzrange NOT NULL,  -- buffers included
    state          text NOT NULL CHECK (state IN ('hold', 'booked', 'absence')),
    hold_id        uuid REFERENCES holds,
    session_id     uuid,
    expires_at     timestamptz,
    appointment_id uuid REFERENCES appointments,
    CONSTRAINT claims_never_overlap EXCLUDE USING gist (resource_id WITH =, lane WITH =, during WITH &&),
    -- Readers look for rows that begin at most this long before their window. A longer absence is one row a day.
    CONSTRAINT claims_span_max CHECK (upper(during) - lower(during) <= interval '26 hours'),
    CONSTRAINT claims_half_open CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
        AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL),
    CONSTRAINT claims_hold CHECK ((state = 'hold') = (hold_id IS NOT NULL AND session_id IS NOT NULL AND expires_at IS NOT NULL)),
    CONSTRAINT claims_booked CHECK ((state = 'booked') = (appointment_id IS NOT NULL))
);
-- Free time is read through this B-tree: the constraint's GiST index is about a hundred times slower for it.
CREATE INDEX claims_by_start ON claims (resource_id, lower(during)) INCLUDE (lane, during, state, session_id, expires_at);
CREATE INDEX claims_by_hold ON claims (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX claims_by_hold_session ON claims (session_id) WHERE state = 'hold';
CREATE INDEX claims_expiring ON claims (expires_at) WHERE state = 'hold';
CREATE INDEX claims_by_appointment ON claims (appointment_id) WHERE appointment_id IS NOT NULL;

-- First answer to a request under a key. No personal data: a booking's client is the request's own.
CREATE TABLE idempotency (
    tenant_id    uuid NOT NULL REFERENCES tenants,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request_hash bytea NOT NULL,
    answer       jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- What the rest of the world has to be told, written with the booking itself. Payloads carry ids only.
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenants,
    topic        text NOT NULL,
    payload      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    available_at timestamptz NOT NULL DEFAULT now(),
    attempts     integer NOT NULL DEFAULT 0,
    done_at      timestamptz
);
CREATE INDEX outbox_waiting ON outbox (available_at, id) WHERE done_at IS NULL;
