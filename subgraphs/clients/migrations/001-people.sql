-- The joint client index: the only place that knows a personal identity code. Codes are the keys of schema/codes.

CREATE TABLE clients.people (
  client_id uuid PRIMARY KEY,
  personal_identity_code char(11) NOT NULL UNIQUE,
  first_names text NOT NULL,
  -- The first name that the person goes by (kutsumanimi, tilltalsnamn); one of first_names.
  call_name text NOT NULL,
  last_name text NOT NULL,
  -- ISO 639-1: the language that the person wants to be served in, and the one that needs an interpreter.
  language text NOT NULL,
  interpreter_language text,
  -- Municipality of residence, three digits; null when not known or outside Finland.
  municipality char(3),
  -- Turvakielto, spärrmarkering (661/2009 § 36): address, municipality and unit are masked while it holds.
  protection_order boolean NOT NULL,
  protection_order_until date,
  CHECK (protection_order OR protection_order_until IS NULL)
);

CREATE TABLE clients.phones (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  number text NOT NULL,
  preferred boolean NOT NULL,
  PRIMARY KEY (client_id, id)
);

CREATE TABLE clients.addresses (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PERMANENT', 'TEMPORARY', 'POSTAL')),
  street text NOT NULL,
  postal_code char(5) NOT NULL,
  post_office text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  PRIMARY KEY (client_id, id),
  CHECK (valid_until IS NULL OR valid_until >= valid_from)
);

-- Who answers for the client in each agency, from when to when; role COORDINATOR is the one over all of them.
CREATE TABLE clients.responsible_workers (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  agency text NOT NULL,
  organisation text NOT NULL,
  unit text NOT NULL,
  role text NOT NULL CHECK (role IN ('RESPONSIBLE', 'COORDINATOR', 'PEER')),
  worker uuid NOT NULL,
  worker_name text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  PRIMARY KEY (client_id, id),
  CHECK (valid_until IS NULL OR valid_until >= valid_from)
);

CREATE TABLE clients.appointments (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  agency text NOT NULL,
  organisation text NOT NULL,
  unit text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  -- MEETING_STATES and MEETING_CHANNELS.
  state text NOT NULL,
  channel text NOT NULL,
  -- APPOINTMENT_REASONS.
  reason text NOT NULL,
  PRIMARY KEY (client_id, id),
  CHECK (ends_at > starts_at)
);

CREATE TABLE clients.referrals (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  from_agency text NOT NULL,
  from_organisation text NOT NULL,
  from_unit text NOT NULL,
  to_agency text NOT NULL,
  to_organisation text NOT NULL,
  to_unit text NOT NULL,
  -- APPOINTMENT_REASONS, REFERRAL_STATES, DECLINE_REASONS.
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('SENT', 'RECEIVED', 'ACCEPTED', 'DECLINED', 'COMPLETED')),
  decline_reason text,
  sent_at timestamptz NOT NULL,
  received_at timestamptz,
  decided_at timestamptz,
  completed_at timestamptz,
  PRIMARY KEY (client_id, id),
  CHECK ((state = 'DECLINED') = (decline_reason IS NOT NULL)),
  CHECK (received_at >= sent_at AND decided_at >= received_at AND completed_at >= decided_at)
);

-- The client's own goals, in their own words and language. Never a score.
CREATE TABLE clients.own_goals (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  -- LIFE_AREAS.
  area text NOT NULL,
  words text NOT NULL,
  language text NOT NULL,
  set_on date NOT NULL,
  reached_on date,
  PRIMARY KEY (client_id, id),
  CHECK (reached_on IS NULL OR reached_on >= set_on)
);

-- What the client says after a juncture (JUNCTURES).
CREATE TABLE clients.feedback (
  client_id uuid NOT NULL REFERENCES clients.people,
  id uuid NOT NULL,
  juncture text NOT NULL,
  words text NOT NULL,
  language text NOT NULL,
  given_on date NOT NULL,
  PRIMARY KEY (client_id, id)
);

GRANT USAGE ON SCHEMA clients TO nivel_clients;
GRANT SELECT ON ALL TABLES IN SCHEMA clients TO nivel_clients;
