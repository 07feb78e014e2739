-- Personal data that is kept no longer.

-- What stays of a phone number: equal numbers under one key have equal hashes. Nested, as in HMAC: plain SHA-256 of a number is found by
-- trying all numbers.
CREATE FUNCTION hashed_phone(phone text, hash_key bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT 'sha256:' || encode(sha256(hash_key || sha256(hash_key || convert_to(phone, 'UTF8'))), 'hex')
$$;

-- When what was said was deleted.
ALTER TABLE chat_sessions ADD COLUMN emptied_at timestamptz;

-- What is not done yet, by age. No index is on what a turn changes: that would make each turn's write dearer.
CREATE INDEX appointments_with_phone ON appointments (ends_at) WHERE client_phone LIKE '+%';
CREATE INDEX clients_with_phone ON clients (created_at) WHERE phone LIKE '+%';
CREATE INDEX voice_sessions_with_phone ON voice_sessions (started_at) WHERE phone_number LIKE '+%';
CREATE INDEX chat_sessions_not_emptied ON chat_sessions (created_at) WHERE emptied_at IS NULL;
