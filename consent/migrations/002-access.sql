-- Facts beside consents that open or close access: append-only like the ledger, each with the client's next epoch.
-- Written reasons and notes stay here: never in the audit log, never in a log line, never in the gateway's sight.

-- Why a worker declared a relationship of kind DECLARED (703/2023 §§ 9, 57); its times stand in consent.relationships.
CREATE TABLE consent.declarations (
  relationship_id uuid PRIMARY KEY REFERENCES consent.relationships,
  client_id uuid NOT NULL,
  declared_by uuid NOT NULL,
  declared_role text NOT NULL,
  reason text NOT NULL,
  epoch bigint NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX declarations_by_client ON consent.declarations (client_id);

CREATE TABLE consent.emergencies (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  person uuid NOT NULL,
  agency text NOT NULL CHECK (agency <> 'THIRD_SECTOR'),
  role text NOT NULL,
  ground text NOT NULL,
  reason text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  epoch bigint NOT NULL,
  CHECK (valid_until > valid_from AND valid_until <= valid_from + interval '24 hours')
);
CREATE INDEX emergencies_by_client ON consent.emergencies (client_id);
CREATE INDEX emergencies_by_time ON consent.emergencies (valid_from);

-- Specified, reasoned requests (1301/2021 § 16; 703/2023 § 56). `basis` is an id of consent/bases.ts.
CREATE TABLE consent.requests (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  basis text NOT NULL,
  ground text NOT NULL,
  person uuid NOT NULL,
  agency text NOT NULL,
  role text NOT NULL,
  categories text[] NOT NULL CHECK (cardinality(categories) > 0),
  reason text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  epoch bigint NOT NULL,
  CHECK (valid_until > valid_from)
);
CREATE INDEX requests_by_client ON consent.requests (client_id);

CREATE TABLE consent.guardians (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  person uuid NOT NULL,
  categories text[] NOT NULL CHECK (cardinality(categories) > 0),
  may_consent boolean NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  recorded_by uuid NOT NULL,
  recorded_role text NOT NULL,
  epoch bigint NOT NULL,
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX guardians_by_client ON consent.guardians (client_id);

CREATE TABLE consent.guardian_ends (
  guardian_id uuid PRIMARY KEY REFERENCES consent.guardians,
  client_id uuid NOT NULL,
  at timestamptz NOT NULL,
  epoch bigint NOT NULL
);

-- Joint employment plans (381/2023 §§ 11, 12, 15).
CREATE TABLE consent.joint_plans (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  parties text[] NOT NULL CHECK (cardinality(parties) > 1),
  items text[] NOT NULL CHECK (cardinality(items) > 0),
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  recorded_by uuid NOT NULL,
  recorded_role text NOT NULL,
  epoch bigint NOT NULL,
  CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX joint_plans_by_client ON consent.joint_plans (client_id);

CREATE TABLE consent.joint_plan_ends (
  joint_plan_id uuid PRIMARY KEY REFERENCES consent.joint_plans,
  client_id uuid NOT NULL,
  at timestamptz NOT NULL,
  epoch bigint NOT NULL
);

-- One review of each declared relationship, emergency and request; REJECTED ends what it is about at once.
CREATE TABLE consent.reviews (
  subject text NOT NULL CHECK (subject IN ('DECLARED', 'EMERGENCY', 'REQUEST')),
  subject_id uuid NOT NULL,
  client_id uuid NOT NULL,
  reviewer uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('APPROVED', 'REJECTED')),
  note text,
  epoch bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (subject, subject_id)
);
CREATE INDEX reviews_by_client ON consent.reviews (client_id);

GRANT SELECT, INSERT ON consent.declarations, consent.emergencies, consent.requests, consent.guardians,
  consent.guardian_ends, consent.joint_plans, consent.joint_plan_ends, consent.reviews TO nivel_consent;
-- The gateway decides; it does not read what people wrote.
GRANT SELECT (id, client_id, person, agency, ground, valid_from, valid_until, epoch) ON consent.emergencies
  TO nivel_gateway;
GRANT SELECT (id, client_id, basis, ground, person, agency, categories, valid_from, valid_until, epoch)
  ON consent.requests TO nivel_gateway;
GRANT SELECT ON consent.guardians, consent.guardian_ends, consent.joint_plans, consent.joint_plan_ends TO nivel_gateway;
GRANT SELECT (subject, subject_id, client_id, outcome, epoch, at) ON consent.reviews TO nivel_gateway;
