-- Retention: of an entry past its time the text goes. Its id, order, times, kind and commitment stay, and every proof with them.

-- The ERASED entry that declares it. No role may insert it, so no entry comes without its text.
ALTER TABLE audit.entries
  ADD COLUMN erased_by uuid REFERENCES audit.entries,
  ALTER COLUMN outcome DROP NOT NULL,
  ALTER COLUMN body DROP NOT NULL,
  ALTER COLUMN salt DROP NOT NULL,
  ADD CONSTRAINT entries_text CHECK (
    CASE WHEN erased_by IS NULL THEN num_nulls(outcome, body, salt) = 0
    ELSE num_nonnulls(outcome, body, salt, caller, caller_agency, caller_role, purpose) = 0
      AND cardinality(clients) + cardinality(categories) + cardinality(bases) + cardinality(sources) = 0 END);

-- Which sequenced entries are past their time; the two functions below see no others.
--  * 12 years from the entry (703/2023, annex; 1054/2018), by the writer's clock and by the store's own.
--  * Entries of consents and denials: 12 years from when the record was over and a newer one had replaced it, those of the
--    client's newest record 12 years from the client's death (703/2023, annex). One that the ledger does not know stays.
--  * What names no person stays: erasures, which later verifiers need, and schemas.
CREATE VIEW audit.past_retention AS
SELECT s.index, e.seq, e.kind, e.at
FROM audit.entries e JOIN audit.sequence s USING (seq)
WHERE e.erased_by IS NULL AND e.kind NOT IN ('ERASED', 'SCHEMA_CHANGED')
  AND e.at <= now() - interval '12 years' AND e.inserted_at <= now() - interval '12 years'
  AND (e.kind NOT LIKE 'CONSENT\_%' OR EXISTS (
    SELECT FROM consent.events opened
    WHERE opened.id = (e.body::jsonb -> 'consent' ->> 'record')::uuid AND (
      EXISTS (SELECT FROM consent.deaths d
        WHERE d.client_id = opened.client_id AND d.died_on <= now() - interval '12 years')
      OR (
        EXISTS (SELECT FROM consent.events newer
          WHERE newer.client_id = opened.client_id AND newer.kind IN ('GRANTED', 'DENIED') AND newer.epoch > opened.epoch
            AND newer.at <= now() - interval '12 years')
        AND (opened.valid_until <= now() - interval '12 years' OR EXISTS (
          SELECT FROM consent.events withdrawal
          WHERE withdrawal.record_id = opened.id AND withdrawal.kind = 'WITHDRAWN'
            AND withdrawal.at <= now() - interval '12 years'))))));

-- How many entries of each kind are past their time.
CREATE FUNCTION audit.due_by_kind() RETURNS TABLE (kind text, count bigint, oldest timestamptz, newest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.kind, count(*), min(p.at), max(p.at) FROM audit.past_retention p GROUP BY p.kind ORDER BY p.kind
$$;

-- The first indexes past their time from one on, ascending.
CREATE FUNCTION audit.due(from_index bigint, most int) RETURNS TABLE (index bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.index FROM audit.past_retention p WHERE p.index >= from_index ORDER BY p.index LIMIT most
$$;

-- Erases the text of exactly the entries that an ERASED entry declares, and gives their number. When one of them is younger, or
-- is erased already, nothing is erased at all: whoever calls, a declaration is all there is to call it with.
CREATE FUNCTION audit.erase(declaration uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ranges jsonb;
  declared bigint;
  done bigint;
BEGIN
  -- One at a time: what another call has just erased must be seen, or it would be declared twice.
  PERFORM pg_advisory_xact_lock(474215769455);
  SELECT e.body::jsonb -> 'erased' -> 'ranges' INTO ranges FROM audit.entries e WHERE e.id = declaration AND e.kind = 'ERASED';
  IF ranges IS NULL THEN
    RAISE EXCEPTION 'no entry declares this erasure' USING ERRCODE = 'NV001';
  END IF;
  SELECT coalesce(sum((r ->> 1)::bigint - (r ->> 0)::bigint), 0) INTO declared FROM jsonb_array_elements(ranges) AS r;
  UPDATE audit.entries e SET erased_by = declaration, outcome = NULL, body = NULL, salt = NULL, caller = NULL,
    caller_agency = NULL, caller_role = NULL, purpose = NULL, clients = '{}', categories = '{}', bases = '{}', sources = '{}'
  FROM jsonb_array_elements(ranges) AS r
    JOIN audit.past_retention p ON p.index >= (r ->> 0)::bigint AND p.index < (r ->> 1)::bigint
  WHERE e.seq = p.seq;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> declared OR done = 0 THEN
    RAISE EXCEPTION 'the declaration names entries that are not past their time' USING ERRCODE = 'NV002';
  END IF;
  RETURN done;
END
$$;

-- Alerts and their reviews go 12 years after the last that was done with them.
CREATE FUNCTION audit.erase_alerts() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  past uuid[];
BEGIN
  past := ARRAY(SELECT a.id FROM audit.alerts a WHERE a.at <= now() - interval '12 years' AND NOT EXISTS (
    SELECT FROM audit.alert_events v WHERE v.alert_id = a.id AND v.at > now() - interval '12 years'));
  DELETE FROM audit.alert_events v WHERE v.alert_id = ANY (past);
  DELETE FROM audit.alerts a WHERE a.id = ANY (past);
  RETURN cardinality(past);
END
$$;

-- The schema that the log last named, for a gateway that begins to serve one; null when it named none.
CREATE FUNCTION audit.current_schema_hash() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT body::jsonb -> 'schema' ->> 'hash' FROM audit.entries WHERE kind = 'SCHEMA_CHANGED' ORDER BY seq DESC LIMIT 1
$$;

REVOKE ALL ON FUNCTION audit.due_by_kind, audit.due, audit.erase, audit.erase_alerts, audit.current_schema_hash FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO nivel_retention;
GRANT EXECUTE ON FUNCTION audit.due_by_kind, audit.due, audit.erase, audit.erase_alerts TO nivel_retention;
GRANT INSERT (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body, salt,
  commitment) ON audit.entries TO nivel_retention;
GRANT EXECUTE ON FUNCTION audit.current_schema_hash TO nivel_gateway;
