-- Rooms and machines that a service needs beside a person. What can be used by several at once has as many places: three
-- treatment rooms that are alike are one resource with three, the seats of a class are the places of its room.

CREATE TABLE resources (
    id        uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    kind      text NOT NULL CHECK (kind IN ('room', 'machine')),
    name      text NOT NULL,
    places    smallint NOT NULL DEFAULT 1 CHECK (places BETWEEN 1 AND 500),
    UNIQUE (tenant_id, id)
);

-- A service takes one place of each.
CREATE TABLE service_resources (
    tenant_id   uuid NOT NULL,
    service_id  uuid NOT NULL,
    resource_id uuid NOT NULL,
    PRIMARY KEY (service_id, resource_id),
    FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX service_resources_by_tenant ON service_resources (tenant_id);

CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON resources FOR EACH ROW EXECUTE FUNCTION rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON service_resources FOR EACH ROW EXECUTE FUNCTION rules_changed();

-- A place is a lane of its resource's claims, so the constraint that refuses overlaps refuses the fourth of three as well,
-- as long as there is no fourth lane.
CREATE FUNCTION claim_has_a_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lane >= coalesce((SELECT places FROM resources WHERE id = NEW.resource_id AND tenant_id = NEW.tenant_id), 0) THEN
        RAISE EXCEPTION 'the resource has no such place' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_place';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_has_a_place BEFORE INSERT OR UPDATE OF tenant_id, resource_kind, resource_id, lane ON claims
    FOR EACH ROW WHEN (NEW.resource_kind <> 'staff') EXECUTE FUNCTION claim_has_a_place();

-- Under which rules a hold was placed: under others its time is claimed anew.
ALTER TABLE holds ADD COLUMN rules_version bigint NOT NULL DEFAULT 0;
