-- The prison service's registry of sentences and stays. Codes are the keys of schema/codes.

CREATE TABLE sentences.sanctions (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- SANCTION_TYPES.
  type text NOT NULL,
  -- OFFENCES; for a conversion sentence the offence that was fined.
  offence text NOT NULL,
  -- The court's decision; for a conversion sentence the day of the conversion, which chooses the table.
  decided_on date NOT NULL,
  day_fines_total int,
  -- A part-paid day-fine counts as unpaid.
  day_fines_unpaid int,
  day_fine_euros numeric(8, 2),
  conversion_days int,
  -- Length in days of any other sentence than a conversion; null for remand.
  length_days int,
  PRIMARY KEY (client_id, id),
  CHECK (day_fines_unpaid <= day_fines_total),
  CHECK ((type = 'CONVERSION_SENTENCE') = (conversion_days IS NOT NULL))
);

-- One row a stay. A client without a row has never been in prison as far as the registry knows.
CREATE TABLE sentences.custody (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- PRISON_UNITS; CUSTODY_PHASES.
  unit text NOT NULL,
  phase text NOT NULL,
  admitted_on date NOT NULL,
  released_on date,
  -- The window in which release is expected; null for remand, and after the release.
  release_earliest date,
  release_latest date,
  -- RELEASE_SOURCES, CONFIDENCE: release dates have been wrong in the real system.
  release_source text,
  release_as_of timestamptz,
  release_confidence text,
  -- Turvakielto, spärrmarkering, as this registry knows it (661/2009 § 36): the unit is masked while it stands.
  protection_order boolean NOT NULL,
  PRIMARY KEY (client_id, id),
  CHECK (released_on IS NULL OR released_on >= admitted_on),
  CHECK (release_earliest >= admitted_on AND release_latest >= release_earliest),
  CHECK (num_nulls(release_earliest, release_latest, release_source, release_as_of, release_confidence) IN (0, 5))
);

CREATE TABLE sentences.leaves (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- LEAVE_KINDS, LEAVE_STATES.
  kind text NOT NULL,
  state text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (client_id, id),
  CHECK (ends_at > starts_at),
  CHECK (kind <> 'ESCORTED' OR ends_at <= starts_at + interval '12 hours')
);

-- Rangaistusajan suunnitelma, plan för strafftiden.
CREATE TABLE sentences.plans (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- PLAN_STATES.
  state text NOT NULL CHECK (state IN ('DRAFT', 'CONFIRMED', 'UPDATED', 'EVALUATED')),
  drafted_on date NOT NULL,
  confirmed_on date,
  updated_on date,
  evaluated_on date,
  PRIMARY KEY (client_id, id),
  CHECK (confirmed_on >= drafted_on AND updated_on >= confirmed_on AND evaluated_on >= confirmed_on)
);

CREATE TABLE sentences.plan_goals (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  -- LIFE_AREAS, GOAL_STATES.
  area text NOT NULL,
  goal text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, plan_id) REFERENCES sentences.plans
);

CREATE TABLE sentences.plan_activities (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  -- PRISON_ACTIVITIES.
  kind text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, plan_id) REFERENCES sentences.plans,
  CHECK (ends_on IS NULL OR ends_on >= starts_on)
);

-- Vapauttamissuunnitelma, plan för frigivning: the five handovers, each HANDOVER_STATES.
CREATE TABLE sentences.release_plans (
  client_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  made_on date NOT NULL,
  housing text NOT NULL,
  income text NOT NULL,
  employment text NOT NULL,
  health text NOT NULL,
  contact text NOT NULL,
  PRIMARY KEY (client_id, plan_id),
  FOREIGN KEY (client_id, plan_id) REFERENCES sentences.plans
);

GRANT USAGE ON SCHEMA sentences TO nivel_sentences;
GRANT SELECT ON ALL TABLES IN SCHEMA sentences TO nivel_sentences;
