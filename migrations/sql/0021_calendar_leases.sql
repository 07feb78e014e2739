-- Who looks at a calendar has it until then, however often it becomes due meanwhile: two looks at once could leave the older
-- one's answer. What a look found counts only while it has its lease, by which it is known; resuming and linking anew end it.
ALTER TABLE calendar_links ADD COLUMN leased_until timestamptz;
