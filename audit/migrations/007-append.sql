-- What a gateway appends, in one statement and one round trip: the lock, then what the entries rely on, then those that still hold. Gives the
-- places (from 1) of the stale ones, which are not written. It commits with the statement: no gateway that falls silent holds the lock.
--
-- READ COMMITTED: each statement below has a snapshot of its own, and that of the epochs is younger than the lock it waited for.
CREATE FUNCTION audit.append(
  id uuid[], at timestamptz[], kind text[], outcome text[], caller uuid[], caller_agency text[], caller_role text[], purpose text[],
  clients text[], categories text[], bases text[], sources text[],
  -- All bodies in UTF-8, one after the other, with the length of each; 32 bytes of salt and of commitment each.
  bodies bytea, lengths int[], salts bytea, commitments bytea,
  -- Entry number relying[i] was decided on the epoch epochs[i] of the client relied[i].
  relying int[], relied uuid[], epochs bigint[]
) RETURNS int[] LANGUAGE plpgsql
-- The plans do not depend on how many entries there are: made once a session, and not for each append.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  stale int[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' OR current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
    RAISE EXCEPTION 'the log is appended to at READ COMMITTED and with synchronous_commit on' USING ERRCODE = '55000';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(474215769452);
  -- Who appends what relies on no client need not see the ledger.
  IF cardinality($17) > 0 THEN
    SELECT array_agg(DISTINCT rely.entry) INTO stale
    FROM unnest($17, $18, $19) AS rely(entry, client, epoch)
    WHERE rely.epoch <> coalesce((SELECT max(now.epoch) FROM consent.epochs now WHERE now.client_id = rely.client), 0);
  END IF;
  INSERT INTO audit.entries (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources,
    body, salt, commitment)
  SELECT entry.id, entry.at, entry.kind, entry.outcome, entry.caller, entry.caller_agency, entry.caller_role, entry.purpose,
    entry.clients::uuid[], entry.categories::text[], entry.bases::text[], entry.sources::text[],
    convert_from(substring($13 FROM entry.until - entry.length + 1 FOR entry.length), 'UTF8'),
    substring($15 FROM 32 * entry.place - 31 FOR 32), substring($16 FROM 32 * entry.place - 31 FOR 32)
  FROM (
    SELECT *, (sum(length) OVER (ORDER BY place))::int AS until
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14) WITH ORDINALITY
      AS given(id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, length, ordinal)
    CROSS JOIN LATERAL (SELECT ordinal::int AS place) AS placed
  ) AS entry
  WHERE stale IS NULL OR entry.place <> ALL (stale);
  RETURN coalesce(stale, '{}');
END $$;
REVOKE ALL ON FUNCTION audit.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append TO nivel_gateway, nivel_audit;
