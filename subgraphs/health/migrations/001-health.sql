-- Health care: the prison health unit (VTH) and public health care (HEALTH_CONTROLLERS). Codes are the keys of schema/codes.

CREATE TABLE health.conditions (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  controller text NOT NULL,
  -- CARE_UNITS.
  care_unit text NOT NULL,
  icd10 text NOT NULL,
  noted_on date NOT NULL,
  ended_on date,
  PRIMARY KEY (client_id, id),
  CHECK (ended_on IS NULL OR ended_on >= noted_on)
);

-- Opioid substitution stands in its own table, not here.
CREATE TABLE health.medications (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  controller text NOT NULL,
  atc text NOT NULL,
  dose_mg numeric(7, 2) NOT NULL,
  times_a_day int NOT NULL CHECK (times_a_day > 0),
  starts_on date NOT NULL,
  ends_on date,
  PRIMARY KEY (client_id, id),
  CHECK (ends_on IS NULL OR ends_on >= starts_on)
);

-- At most one treatment a client; the gap between the last dose inside and the next one outside is where people die.
CREATE TABLE health.opioid_substitution (
  client_id uuid PRIMARY KEY,
  controller text NOT NULL,
  -- OST_MODES; ATC_CODES.
  mode text NOT NULL,
  atc text NOT NULL,
  product text NOT NULL,
  dose_mg numeric(7, 2) NOT NULL,
  started_on date NOT NULL,
  last_dose_at timestamptz NOT NULL,
  next_dose_at timestamptz NOT NULL,
  -- CARE_UNITS: who gives the doses now, and who goes on after release; null when nobody has taken it on yet.
  giving_unit text NOT NULL,
  receiving_clinic text,
  CHECK (next_dose_at > last_dose_at),
  CHECK (receiving_clinic <> giving_unit)
);

CREATE TABLE health.work_ability (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  controller text NOT NULL,
  assessed_on date NOT NULL,
  -- The client's own answer: 0 unable, 10 at their best ever.
  score int NOT NULL CHECK (score BETWEEN 0 AND 10),
  -- FUNCTIONAL_LIMITS: function, not diagnosis.
  limits text[] NOT NULL,
  -- WORK_ABILITY_STATEMENTS.
  statement text NOT NULL,
  PRIMARY KEY (client_id, id)
);

CREATE TABLE health.care_handovers (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- CARE_UNITS, CARE_HANDOVER_STATES.
  from_unit text NOT NULL,
  to_unit text NOT NULL,
  state text NOT NULL CHECK (state IN ('PLANNED', 'SENT', 'RECEIVED', 'CARE_STARTED')),
  planned_on date NOT NULL,
  sent_at timestamptz,
  received_at timestamptz,
  PRIMARY KEY (client_id, id),
  CHECK (from_unit <> to_unit),
  CHECK (received_at >= sent_at)
);

-- Turvakielto, spärrmarkering (661/2009 § 36), as the population register tells every agency: while it holds, places are
-- masked. No end: until further notice.
CREATE TABLE health.protection_orders (
  client_id uuid PRIMARY KEY,
  valid_until date
);

GRANT USAGE ON SCHEMA health TO nivel_health;
GRANT SELECT ON ALL TABLES IN SCHEMA health TO nivel_health;
