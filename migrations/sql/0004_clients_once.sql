-- A client without an e-mail address is one row for a phone and a name, so that two first bookings at once make one.
CREATE UNIQUE INDEX clients_by_phone_and_name ON clients (tenant_id, phone, lower(name))
    WHERE email IS NULL AND phone IS NOT NULL;
