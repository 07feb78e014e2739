-- Finding, moving and cancelling appointments.

ALTER TABLE tenants
    -- How long before its start an appointment may still be moved or cancelled.
    ADD COLUMN change_notice_minutes integer NOT NULL DEFAULT 0 CHECK (change_notice_minutes BETWEEN 0 AND 43200);

ALTER TABLE appointments
    ADD COLUMN changed_by uuid;  -- session of the last change; NULL while it stands as it was booked

CREATE INDEX appointments_by_phone ON appointments (tenant_id, client_phone, starts_at) WHERE client_phone <> '';
CREATE INDEX appointments_by_email ON appointments (tenant_id, client_email, starts_at) WHERE client_email <> '';

-- The words of a name without case, accents, apostrophes and hyphens: both sides of a search by name.
-- Accents go first: lower() in the C locale knows plain letters only.
CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_remove(regexp_split_to_array(
        lower(regexp_replace(translate(normalize(name, NFKD), '-.,''’`', '   '), U&'[\0300-\036F]', '', 'g')), '\s+'), '')
$$;
