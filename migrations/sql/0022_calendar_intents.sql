-- That an event is about to be written is kept apart from what was written: nobody knows yet whether it is there. Such a row
-- outlives its event's removal until whoever wrote it is surely done, or what they write late would be nobody's.
ALTER TABLE calendar_written
    ALTER COLUMN etag DROP NOT NULL,
    ADD COLUMN intended_at timestamptz;
UPDATE calendar_written SET etag = NULL, intended_at = now() WHERE etag = '';
ALTER TABLE calendar_written ADD CONSTRAINT calendar_written_or_intended CHECK ((etag IS NULL) = (intended_at IS NOT NULL));
