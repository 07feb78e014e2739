-- How each business's calls give way to a caller who interrupts: `immediate`, `after-sentence`, or empty, as the
-- installation has it. Which modes there are is the gateway's to know: one that it does not know is reported, and the
-- installation's is used.
ALTER TABLE tenants ADD COLUMN barge_in_mode text NOT NULL DEFAULT '';
