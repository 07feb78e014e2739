-- Recording of calls: off unless the business asks for it, and kept for a limited time.
ALTER TABLE tenants
    ADD COLUMN recording_enabled        boolean NOT NULL DEFAULT false,
    ADD COLUMN recording_retention_days integer NOT NULL DEFAULT 30 CHECK (recording_retention_days BETWEEN 1 AND 3650);
