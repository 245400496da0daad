import type { AlertKind } from './kinds.ts';
import type { AlertThresholds } from './thresholds.ts';

export interface AlertStatement {
  readonly kind: AlertKind;
  /** Gives key, caller, clients, entries; $1 and $2 are the half-open range of indexes that is new. */
  readonly sql: string;
  /** $3 and on. */
  readonly values: (thresholds: AlertThresholds) => readonly unknown[];
}

/** Entries that the log has put in order since the last look. */
const FRESH = `fresh AS (
  SELECT e.* FROM audit.sequence s JOIN audit.entries e USING (seq)
  WHERE s.index >= $1 AND s.index < $2 AND e.caller IS NOT NULL AND e.body IS NOT NULL)`;

/** The whole days, Helsinki time, of the callers who are in the fresh entries. */
const DAYS = `days AS (
  SELECT DISTINCT caller, (at AT TIME ZONE 'Europe/Helsinki')::date AS day FROM fresh),
of_days AS (
  SELECT d.day, e.* FROM days d JOIN audit.entries e ON e.caller = d.caller
    AND e.at >= d.day::timestamp AT TIME ZONE 'Europe/Helsinki'
    AND e.at < (d.day + 1)::timestamp AT TIME ZONE 'Europe/Helsinki'
  WHERE e.body IS NOT NULL)`;

/** The callers of fresh entries with the time in which an hour that holds a fresh entry may lie. */
const HOURS = `hours AS (
  SELECT caller, min(at) - interval '1 hour' AS since, max(at) + interval '1 hour' AS until FROM fresh GROUP BY caller),
of_hours AS (
  SELECT e.* FROM hours h JOIN audit.entries e ON e.caller = h.caller AND e.at > h.since AND e.at < h.until
  WHERE e.body IS NOT NULL)`;

/**
 * Whoever reads or exports the log of a client learns who cared for them and when: a look-up too, where the client is named (an entry's
 * `clients`). It releases none of the client's data, so it counts for no number of clients.
 */
const LOOKS = `kind IN ('QUERY', 'MUTATION', 'LOG_READ', 'EXPORTED')`;

/** Rolling hour of one caller, ending at the row. */
const HOUR = `(PARTITION BY caller ORDER BY at RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW)`;

/** One statement a kind. A key says what one alert is about: whoever computes it again comes to the same. */
export const ALERT_STATEMENTS: readonly AlertStatement[] = [
  {
    kind: 'DECLARED_RELATIONSHIP',
    sql: `WITH ${FRESH}
SELECT id::text AS key, caller, clients, ARRAY[id] AS entries FROM fresh WHERE kind = 'DECLARED_RELATIONSHIP'`,
    values: () => [],
  },
  {
    kind: 'EMERGENCY',
    sql: `WITH ${FRESH}
SELECT id::text AS key, caller, clients, ARRAY[id] AS entries FROM fresh WHERE kind = 'EMERGENCY_GRANTED'`,
    values: () => [],
  },
  {
    kind: 'MANY_CLIENTS',
    sql: `WITH ${FRESH}, ${DAYS}
SELECT concat(caller, ' ', day) AS key, caller, array_agg(DISTINCT (d ->> 'client')::uuid) AS clients,
  array_agg(DISTINCT id) AS entries
FROM of_days, jsonb_array_elements(body::jsonb -> 'disclosures') AS d
WHERE kind IN ('QUERY', 'MUTATION') AND d ->> 'client' IS NOT NULL AND d -> 'permitted' <> '[]'
GROUP BY caller, day HAVING count(DISTINCT d ->> 'client') >= $3::int`,
    values: ({ manyClients }) => [manyClients],
  },
  {
    kind: 'OUTSIDE_CASELOAD',
    // A look-up by identity code that led to nobody whom the caller may know of names no client: each counts as one.
    sql: `WITH ${FRESH}, ${DAYS}
SELECT concat(caller, ' ', day) AS key, caller,
  array_remove(array_agg(DISTINCT (d ->> 'client')::uuid), NULL) AS clients, array_agg(DISTINCT id) AS entries
FROM of_days, jsonb_array_elements(body::jsonb -> 'disclosures') AS d
WHERE outcome IN ('DENIED', 'PARTIAL') AND d -> 'permitted' = '[]' AND d -> 'denied' @> '[{"reason":"NO_RELATIONSHIP"}]'
GROUP BY caller, day HAVING count(DISTINCT coalesce(d ->> 'client', id::text)) >= $3::int`,
    values: ({ outsideCaseload }) => [outsideCaseload],
  },
  {
    kind: 'SAME_SURNAME_OR_ADDRESS',
    // The registry answers yes or no; no name or address comes here. Once a pair and calendar year.
    sql: `WITH ${FRESH}, pairs AS (
  SELECT caller, client, to_char(at AT TIME ZONE 'Europe/Helsinki', 'YYYY') AS year, array_agg(id ORDER BY seq) AS entries
  FROM fresh, unnest(clients) AS client WHERE ${LOOKS} GROUP BY caller, client, year)
SELECT concat(caller, ' ', client, ' ', year) AS key, caller, ARRAY[client] AS clients, entries
FROM pairs WHERE clients.shares_surname_or_address(caller, client)`,
    values: () => [],
  },
  {
    kind: 'OUT_OF_HOURS',
    sql: `WITH ${FRESH}, ${HOURS}, outside AS (
  SELECT *, at AT TIME ZONE 'Europe/Helsinki' AS wall FROM of_hours WHERE ${LOOKS} AND clients <> '{}'),
counted AS (
  SELECT caller, wall::date AS day, at, count(*) OVER hour AS looks, array_agg(id) OVER hour AS entries
  FROM outside WHERE extract(isodow FROM wall) > 5 OR extract(hour FROM wall) < $4::int OR extract(hour FROM wall) >= $5::int
  WINDOW hour AS ${HOUR}),
first AS (
  SELECT DISTINCT ON (caller, day) caller, day, entries FROM counted WHERE looks >= $3::int ORDER BY caller, day, at)
SELECT concat(caller, ' ', day) AS key, caller, ARRAY(SELECT DISTINCT client
    FROM outside o, unnest(o.clients) AS client WHERE o.id = ANY (first.entries)) AS clients, entries
FROM first`,
    values: ({ outOfHours, workingHours: [from, until] }) => [outOfHours, from, until],
  },
  {
    kind: 'REPEATED_REFUSALS',
    sql: `WITH ${FRESH}, ${HOURS}, counted AS (
  SELECT caller, (at AT TIME ZONE 'Europe/Helsinki')::date AS day, at, count(*) OVER hour AS refusals,
    array_agg(id) OVER hour AS entries
  FROM of_hours WHERE outcome = 'REFUSED' WINDOW hour AS ${HOUR}),
first AS (
  SELECT DISTINCT ON (caller, day) caller, day, entries FROM counted WHERE refusals >= $3::int ORDER BY caller, day, at)
SELECT concat(caller, ' ', day) AS key, caller, ARRAY(SELECT DISTINCT client
    FROM of_hours o, unnest(o.clients) AS client WHERE o.id = ANY (first.entries)) AS clients, entries
FROM first`,
    values: ({ repeatedRefusals }) => [repeatedRefusals],
  },
];
