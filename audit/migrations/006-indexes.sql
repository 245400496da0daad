-- What auditors ask by (audit/list.ts), newest first. Each index costs the append path: these are few.

-- Every filter on what an entry is about, alone or with others: one GIN index intersects any of its columns by itself. What is
-- common is found sooner by walking entries_by_time from its end. No purpose has the name of an agency.
CREATE INDEX entries_by_content ON audit.entries USING gin (clients, sources, categories, bases, (ARRAY[purpose, caller_agency]));
DROP INDEX audit.entries_by_client;

-- A caller's entries come in the order of time from entries_by_caller_time.
DROP INDEX audit.entries_by_caller;

-- What is rare, and is looked for because it is.
CREATE INDEX entries_by_kind ON audit.entries (kind, at DESC, seq DESC) WHERE kind <> 'QUERY';
CREATE INDEX entries_by_outcome ON audit.entries (outcome, at DESC, seq DESC) WHERE outcome <> 'ANSWERED';

-- Alerts in review and closed, by their owner.
CREATE INDEX alert_events_by_owner ON audit.alert_events (owner, alert_id);

-- A review of an alert is written down in its own transaction.
GRANT INSERT (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body, salt,
  commitment) ON audit.entries TO nivel_audit;
