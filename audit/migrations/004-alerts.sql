-- Alerts: what in the log a person must look at (906/2019 § 23). Append-only: an alert's state is its latest event.

CREATE TABLE audit.alerts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Order of making: the cursor.
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  kind text NOT NULL,
  -- What one alert is about, such as a caller and a day: computing it again comes to the same.
  key text NOT NULL,
  caller uuid NOT NULL,
  clients uuid[] NOT NULL,
  entries uuid[] NOT NULL CHECK (cardinality(entries) > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (kind, key)
);
CREATE INDEX alerts_by_caller ON audit.alerts (caller, seq DESC);
CREATE INDEX alerts_by_client ON audit.alerts USING gin (clients);

-- What people do with an alert, in the order of `number`: its place in the order makes two at once meet here.
CREATE TABLE audit.alert_events (
  alert_id uuid NOT NULL REFERENCES audit.alerts,
  number smallint NOT NULL CHECK (number > 0),
  state text NOT NULL CHECK (state IN ('IN_REVIEW', 'CLOSED')),
  -- Who reviews it from now on, or closed it.
  owner uuid NOT NULL,
  outcome text CHECK (outcome IN ('JUSTIFIED', 'MISUSE', 'UNCLEAR')),
  note text CHECK (length(note) BETWEEN 1 AND 2000),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (alert_id, number),
  CHECK (CASE state WHEN 'CLOSED' THEN num_nulls(outcome, note) = 0 ELSE num_nulls(outcome, note) = 2 END)
);

-- How far the log has been looked through; the highest counts. Alerts are computed from entries that have their index, so
-- none is passed over because its transaction was slow.
CREATE TABLE audit.alert_runs (
  until bigint PRIMARY KEY CHECK (until > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A caller's entries of one day.
CREATE INDEX entries_by_caller_time ON audit.entries (caller, at);

-- Who computes alerts reads entries and writes alerts; who reviews them writes events and makes no alert.
GRANT USAGE ON SCHEMA audit TO nivel_alerts;
GRANT SELECT ON audit.entries, audit.sequence TO nivel_alerts;
GRANT SELECT ON audit.alerts, audit.alert_runs TO nivel_alerts;
GRANT SELECT (alert_id) ON audit.alert_events TO nivel_alerts;
GRANT INSERT (kind, key, caller, clients, entries) ON audit.alerts TO nivel_alerts;
GRANT INSERT (until) ON audit.alert_runs TO nivel_alerts;
GRANT SELECT ON audit.alerts, audit.alert_events TO nivel_audit;
GRANT INSERT (alert_id, number, state, owner, outcome, note) ON audit.alert_events TO nivel_audit;
