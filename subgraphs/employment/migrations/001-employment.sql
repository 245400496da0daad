-- Employment services of the municipal employment areas (380/2023). Codes are the keys of schema/codes.

-- History; the current status has no end.
CREATE TABLE employment.statuses (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- EMPLOYMENT_AREAS, JOBSEEKER_STATUSES.
  area text NOT NULL,
  status text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  PRIMARY KEY (client_id, id),
  CHECK (valid_until IS NULL OR valid_until >= valid_from)
);

CREATE TABLE employment.plans (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- EMPLOYMENT_PLANS, EMPLOYMENT_PLAN_STATES.
  kind text NOT NULL,
  state text NOT NULL,
  made_on date NOT NULL,
  review_on date NOT NULL,
  PRIMARY KEY (client_id, id),
  CHECK (review_on >= made_on)
);

CREATE TABLE employment.plan_goals (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  -- LIFE_AREAS, GOAL_STATES.
  area text NOT NULL,
  goal text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, plan_id) REFERENCES employment.plans
);

CREATE TABLE employment.services (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- EMPLOYMENT_SERVICES, EMPLOYMENT_SERVICE_STATES.
  service text NOT NULL,
  state text NOT NULL,
  provider text,
  starts_on date NOT NULL,
  ends_on date,
  PRIMARY KEY (client_id, id),
  CHECK (ends_on IS NULL OR ends_on >= starts_on)
);

-- Days before release is derived from the stay by whoever may see custody; it is not kept here.
CREATE TABLE employment.meetings (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- MEETING_STATES, MEETING_CHANNELS, MEETING_SUBJECTS.
  state text NOT NULL,
  channel text NOT NULL,
  subject text NOT NULL,
  -- Null while only planned or ordered.
  at timestamptz,
  -- The prison unit (PRISON_UNITS) of a meeting held inside; null outside. Reveals custody.
  prison_unit text,
  PRIMARY KEY (client_id, id)
);

-- Turvakielto, spärrmarkering (661/2009 § 36), as the population register tells every agency: while it holds, places are
-- masked. No end: until further notice.
CREATE TABLE employment.protection_orders (
  client_id uuid PRIMARY KEY,
  valid_until date
);

GRANT USAGE ON SCHEMA employment TO nivel_employment;
GRANT SELECT ON ALL TABLES IN SCHEMA employment TO nivel_employment;
