-- The consent ledger: append-only. Nothing here is ever updated or deleted; a later row replaces an earlier one.

-- One row a change of any fact about a client; the current epoch is the highest one.
CREATE TABLE consent.epochs (
  client_id uuid NOT NULL,
  epoch bigint NOT NULL CHECK (epoch > 0),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, epoch)
);

-- Recorded relationships, fed by the agencies as their cases open and close (703/2023 §§ 9, 57).
-- One of unit and person is given: the whole unit or one worker stands in the relationship.
CREATE TABLE consent.relationships (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('RESPONSIBLE_WORKER', 'PLACEMENT', 'OPEN_SERVICE', 'ACCEPTED_REFERRAL', 'DECLARED')),
  agency text NOT NULL,
  organisation text NOT NULL,
  unit text,
  person uuid,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  epoch bigint NOT NULL,
  CHECK (num_nonnulls(unit, person) = 1),
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX relationships_by_client ON consent.relationships (client_id);
CREATE INDEX relationships_by_unit ON consent.relationships (organisation, unit, client_id) WHERE unit IS NOT NULL;
CREATE INDEX relationships_by_person ON consent.relationships (person, client_id) WHERE person IS NOT NULL;

CREATE TABLE consent.relationship_ends (
  relationship_id uuid PRIMARY KEY REFERENCES consent.relationships,
  client_id uuid NOT NULL,
  at timestamptz NOT NULL,
  epoch bigint NOT NULL
);

-- GRANTED and DENIED open a record; NARROWED takes categories from it; WITHDRAWN ends it. EXPIRED is derived.
-- An empty array of sources, recipients or purposes on a DENIED event means: all of them.
CREATE TABLE consent.events (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  epoch bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('GRANTED', 'DENIED', 'NARROWED', 'WITHDRAWN')),
  -- The record that the event opens or changes: for GRANTED and DENIED the event's own id.
  record_id uuid NOT NULL,
  categories text[] NOT NULL,
  -- Disclosing agencies.
  sources text[] NOT NULL,
  -- Receiving agencies, roles and persons: 'agency:SOCIAL_SERVICES', 'role:coordinator', 'person:<uuid>'.
  recipients text[] NOT NULL,
  purposes text[] NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  information_version text NOT NULL,
  information_language text NOT NULL CHECK (information_language IN ('fi', 'sv', 'en', 'plain')),
  channel text NOT NULL CHECK (channel IN ('IN_PERSON', 'ON_PAPER', 'ELECTRONIC')),
  given_by text NOT NULL CHECK (given_by IN ('CLIENT', 'GUARDIAN')),
  recorded_by uuid NOT NULL,
  recorded_role text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK (valid_until IS NULL OR valid_until > valid_from),
  UNIQUE (client_id, epoch)
);
CREATE INDEX events_by_record ON consent.events (record_id);

GRANT USAGE ON SCHEMA consent TO nivel_consent, nivel_gateway;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA consent TO nivel_consent;
GRANT SELECT ON ALL TABLES IN SCHEMA consent TO nivel_gateway;
