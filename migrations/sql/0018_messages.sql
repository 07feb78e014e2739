-- Messages to clients about their appointments.

ALTER TABLE tenants
    ADD COLUMN messages_by_email boolean NOT NULL DEFAULT true,
    ADD COLUMN messages_by_text  boolean NOT NULL DEFAULT true,
    -- Whom its e-mails are from; empty: the installation's address, under the business's name.
    ADD COLUMN email_from        text NOT NULL DEFAULT '';

-- What other services have sent is sent once under their key.
ALTER TABLE text_messages ADD COLUMN message_key text;
CREATE UNIQUE INDEX text_messages_once ON text_messages (tenant_id, message_key) WHERE message_key IS NOT NULL;
