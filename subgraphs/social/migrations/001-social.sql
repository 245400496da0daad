-- Social services: several controllers (SOCIAL_CONTROLLERS), one registry. Codes are the keys of schema/codes.

-- One row a housing situation; the current one has no end.
CREATE TABLE social.housing (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  controller text NOT NULL,
  -- HOUSING_CLASSES: the homelessness classes of ARA and the housed ones.
  housing_class text NOT NULL,
  -- TENANCIES; null without one.
  tenancy text,
  -- HOUSING_NEEDS.
  need text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  PRIMARY KEY (client_id, id),
  CHECK (valid_until IS NULL OR valid_until >= valid_from)
);

CREATE TABLE social.service_tasks (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  controller text NOT NULL,
  -- SERVICE_TASKS, LIFECYCLE_STATES.
  task text NOT NULL,
  state text NOT NULL,
  opened_on date NOT NULL,
  closed_on date,
  -- Omatyöntekijä, egen kontaktperson (1301/2014 § 42).
  own_worker uuid,
  own_worker_name text,
  own_worker_unit text,
  PRIMARY KEY (client_id, id),
  CHECK (closed_on IS NULL OR closed_on >= opened_on),
  CHECK ((state = 'CLOSURE') = (closed_on IS NOT NULL))
);

-- Asiakassuunnitelma, klientplan (1301/2014 § 39).
CREATE TABLE social.client_plans (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  controller text NOT NULL,
  made_on date NOT NULL,
  review_on date NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, task_id) REFERENCES social.service_tasks,
  CHECK (review_on >= made_on)
);

CREATE TABLE social.client_plan_goals (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  -- LIFE_AREAS, GOAL_STATES.
  area text NOT NULL,
  goal text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, plan_id) REFERENCES social.client_plans
);

CREATE TABLE social.service_decisions (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  controller text NOT NULL,
  -- SOCIAL_SERVICE_KINDS, DECISION_OUTCOMES.
  service text NOT NULL,
  outcome text NOT NULL,
  decided_on date NOT NULL,
  valid_from date,
  valid_until date,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, task_id) REFERENCES social.service_tasks,
  CHECK (valid_until >= valid_from),
  CHECK ((outcome = 'REFUSED') = (valid_from IS NULL))
);

-- Toimeentulotuki, utkomststöd (1412/1997): basic by Kela; supplementary and preventive by the social controllers.
-- The decision comes within seven working days of the application (§ 14 a); undecided ones have no outcome yet.
CREATE TABLE social.assistance (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- ASSISTANCE_KINDS, ASSISTANCE_CONTROLLERS.
  kind text NOT NULL CHECK (kind IN ('BASIC', 'SUPPLEMENTARY', 'PREVENTIVE')),
  controller text NOT NULL,
  applied_on date NOT NULL,
  decided_on date,
  outcome text,
  period_from date NOT NULL,
  period_until date NOT NULL,
  PRIMARY KEY (client_id, id),
  CHECK (num_nulls(decided_on, outcome) IN (0, 2)),
  CHECK (decided_on IS NULL OR decided_on >= applied_on),
  CHECK (period_until >= period_from),
  CHECK ((kind = 'BASIC') = (controller = 'KELA'))
);

CREATE TABLE social.benefits (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- BENEFITS, BENEFIT_STATES.
  benefit text NOT NULL,
  state text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  PRIMARY KEY (client_id, id),
  CHECK (ends_on IS NULL OR ends_on >= starts_on)
);

-- Turvakielto, spärrmarkering (661/2009 § 36), as the population register tells every agency: while it holds, places are
-- masked. No end: until further notice.
CREATE TABLE social.protection_orders (
  client_id uuid PRIMARY KEY,
  valid_until date
);

GRANT USAGE ON SCHEMA social TO nivel_social;
GRANT SELECT ON ALL TABLES IN SCHEMA social TO nivel_social;
