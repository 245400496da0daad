-- What a gateway appends, in one statement and one round trip: the lock, then what the entries rely on, then those that still hold. Gives the
-- places (from 1) of the stale ones, which are not written. It commits with the statement: no gateway that falls silent holds the lock.
--
-- READ COMMITTED: each statement below has a snapshot of its own, and that of the epochs is younger than the lock it waited for.
CREATE FUNCTION audit.append(
  id uuid[], at timestamptz[], kind text[], outcome text[], caller uuid[], caller_agency text[], caller_role text[], purpose text[],
  clients text[], categories text[], bases text[], sources text[], body text[], salt bytea[], commitment bytea[],
  -- Entry number relying[i] was decided on the epoch epochs[i] of the client relied[i].
  relying int[], relied uuid[], epochs bigint[]
) RETURNS int[] LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  stale int[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' OR current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
    RAISE EXCEPTION 'the log is appended to at READ COMMITTED and with synchronous_commit on' USING ERRCODE = '55000';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(474215769452);
  SELECT array_agg(DISTINCT rely.entry) INTO stale
  FROM unnest($16, $17, $18) AS rely(entry, client, epoch)
  WHERE rely.epoch <> coalesce((SELECT max(now.epoch) FROM consent.epochs now WHERE now.client_id = rely.client), 0);
  INSERT INTO audit.entries (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources,
    body, salt, commitment)
  SELECT entry.id, entry.at, entry.kind, entry.outcome, entry.caller, entry.caller_agency, entry.caller_role, entry.purpose,
    entry.clients::uuid[], entry.categories::text[], entry.bases::text[], entry.sources::text[], entry.body, entry.salt, entry.commitment
  FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) WITH ORDINALITY
    AS entry(id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body, salt,
      commitment, place)
  WHERE stale IS NULL OR entry.place <> ALL (stale);
  RETURN coalesce(stale, '{}');
END $$;
REVOKE ALL ON FUNCTION audit.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append TO nivel_gateway;
