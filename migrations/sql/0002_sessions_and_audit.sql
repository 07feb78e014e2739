-- Conversations of every channel, and the record of what was done in them.

CREATE TABLE chat_sessions (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenants,
    channel    text NOT NULL CHECK (channel IN ('phone', 'web')),
    state      jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz
);
CREATE INDEX chat_sessions_by_tenant ON chat_sessions (tenant_id, created_at);

CREATE TABLE voice_sessions (
    id              uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL REFERENCES tenants,
    chat_session_id uuid NOT NULL REFERENCES chat_sessions,
    call_sid        text NOT NULL UNIQUE,
    stream_sid      text,
    phone_number    text,  -- E.164; null when the caller withheld it
    channel         text NOT NULL DEFAULT 'phone',
    status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'failed', 'timeout')),
    outcome         text CHECK (outcome IN ('booked', 'cancelled', 'rescheduled', 'abandoned', 'handoff')),
    barge_in_count  integer NOT NULL DEFAULT 0,
    turn_count      integer NOT NULL DEFAULT 0,
    duration_ms     integer,
    stt_provider    text NOT NULL DEFAULT 'deepgram',
    tts_provider    text NOT NULL DEFAULT 'azure',
    started_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    metadata        jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX voice_sessions_by_tenant ON voice_sessions (tenant_id);
CREATE INDEX voice_sessions_active ON voice_sessions (tenant_id) WHERE status = 'active';

CREATE TABLE voice_handoff_sessions (
    id                    uuid PRIMARY KEY,
    voice_session_id      uuid NOT NULL REFERENCES voice_sessions,
    tenant_id             uuid NOT NULL REFERENCES tenants,
    phone_number          text NOT NULL,
    token                 text NOT NULL UNIQUE,
    conversation_snapshot jsonb NOT NULL,
    booking_state         jsonb NOT NULL DEFAULT '{}',
    handoff_reason        text NOT NULL CHECK (handoff_reason IN ('many_slots', 'email_input', 'user_request', 'timeout')),
    claimed               boolean NOT NULL DEFAULT false,
    created_at            timestamptz NOT NULL DEFAULT now(),
    expires_at            timestamptz NOT NULL,
    claimed_at            timestamptz
);
CREATE INDEX voice_handoff_sessions_open ON voice_handoff_sessions (token) WHERE NOT claimed;
CREATE INDEX voice_handoff_sessions_expiring ON voice_handoff_sessions (expires_at) WHERE NOT claimed;

-- Without personal data: ids, times and reasons only, so that it may be kept.
CREATE TABLE audit_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    tenant_id  uuid NOT NULL REFERENCES tenants,
    session_id uuid,  -- chat_sessions.id; no foreign key: the session's row belongs to another service
    channel    text NOT NULL DEFAULT 'web',
    action     text NOT NULL,
    details    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_by_tenant ON audit_log (tenant_id, at);
CREATE INDEX audit_log_by_session ON audit_log (session_id) WHERE session_id IS NOT NULL;
