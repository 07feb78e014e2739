-- The database itself keeps businesses apart: whoever is not the owner of the tables sees the rows of one tenant, the one that
-- the connection names ('*' for jobs that serve all). And a role for each service, which may touch its own tables only.

CREATE FUNCTION is_current_tenant(tenant uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT tenant = CASE current_setting('receptionist.tenant', true)
                        WHEN '*' THEN tenant WHEN '' THEN NULL ELSE current_setting('receptionist.tenant', true)::uuid END
$$;

-- Under row security only comparisons that cannot leak values may use an index, and lower() of a range is none of them.
ALTER TABLE claims ADD COLUMN starts_at timestamptz GENERATED ALWAYS AS (lower(during)) STORED;
DROP INDEX claims_by_start;
CREATE INDEX claims_by_start ON claims (resource_id, starts_at) INCLUDE (lane, during, state, session_id, expires_at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['services', 'staff', 'staff_services', 'opening_hours', 'date_exceptions', 'staff_hours', 'resources',
                                'service_resources', 'clients', 'appointments', 'appointment_segments', 'holds', 'claims', 'idempotency',
                                'outbox', 'leases', 'audit_log', 'chat_sessions', 'voice_sessions', 'voice_handoff_sessions',
                                'text_messages'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY of_tenant ON %I USING (is_current_tenant(tenant_id))', name);
    END LOOP;
    ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
    CREATE POLICY of_tenant ON tenants USING (is_current_tenant(id));

    -- Roles belong to the whole server, where another database may have made them, or may be making them now.
    FOREACH name IN ARRAY ARRAY['receptionist_booking', 'receptionist_conversation', 'receptionist_handoff'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role % was not made: this user may not make roles', name;
        END;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_booking') THEN
        GRANT SELECT ON api_keys, tenants, tenant_numbers, services, staff, staff_services, opening_hours, date_exceptions, staff_hours,
            resources, service_resources TO receptionist_booking;
        GRANT SELECT, INSERT, UPDATE, DELETE ON clients, appointments, appointment_segments, holds, claims, idempotency, outbox,
            leases TO receptionist_booking;
        GRANT INSERT ON audit_log TO receptionist_booking;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_conversation') THEN
        GRANT SELECT ON tenants TO receptionist_conversation;
        GRANT SELECT, INSERT, UPDATE, DELETE ON chat_sessions, voice_sessions TO receptionist_conversation;
        GRANT INSERT ON audit_log TO receptionist_conversation;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'receptionist_handoff') THEN
        GRANT SELECT ON tenants, chat_sessions, voice_sessions TO receptionist_handoff;
        GRANT SELECT, INSERT, UPDATE, DELETE ON voice_handoff_sessions, text_messages TO receptionist_handoff;
        GRANT INSERT ON audit_log TO receptionist_handoff;
    END IF;
END $$;
