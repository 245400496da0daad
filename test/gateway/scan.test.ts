import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_STATES } from '../../audit/alerts/alerts.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { ACCESS_BASES } from '../../consent/bases.ts';
import { WITHHOLDING_STATUTES } from '../../consent/withholding.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES, ROLES } from '../../schema/purposes.ts';
import { poolOf } from '../postgres.ts';
import { everyOperation, generator, operationNamed, type Person, randomOperation } from './random-operations.ts';
import { startWorld, type World } from './world.ts';

/** No field value and no identity code is ever in an entry or in a service's log, whatever is asked and however it ends. */

const OPERATIONS = Number(process.env.NIVEL_OPERATIONS ?? 300);
const SEED = process.env.NIVEL_SEED ?? 'no values';

/** The schemas of the registries, where the population's data is. */
const REGISTRIES = ['clients', 'sentences', 'social', 'employment', 'health'];

let world: World;
let admin: pg.Pool;
let people: readonly Person[];
let values: Values;

beforeAll(async () => {
  world = await startWorld();
  admin = poolOf(world.database.adminUrl);
  people = (
    await admin.query(
      `SELECT client_id AS id, personal_identity_code AS code, last_name AS name, call_name AS call,
         (SELECT min(street) FROM clients.addresses a WHERE a.client_id = p.client_id) AS street
       FROM clients.people p ORDER BY client_id`,
    )
  ).rows;
  values = await personalValues();
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
});

describe(`${OPERATIONS} random operations (seed ${SEED})`, () => {
  it('leave no personal value in the audit log, in a service’s log or in the metrics', {
    timeout: 60_000 + OPERATIONS * 200,
  }, async () => {
    const random = generator(SEED);
    const statuses = new Map<number, number>();
    let told = '';
    for (const { text } of await everyOperation(world, people, random)) told += text;
    for (let n = 0; n < OPERATIONS; n += 8) {
      const batch = Array.from({ length: Math.min(8, OPERATIONS - n) }, () => randomOperation(world, people, random));
      for (const { status, text } of await Promise.all(batch)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        told += text;
      }
    }
    const entries = await entriesOf();
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    const lines = world.log.map((line) => JSON.stringify(line));

    // Every entry, its text and its columns; then what else is written about it.
    expect(values.in(entries.map(({ whole }) => whole).join('\n'))).toEqual([]);
    expect(values.in([...lines, metrics].join('\n'))).toEqual([]);
    expect(entries.flatMap(({ body }) => strangersIn(JSON.parse(body)))).toEqual([]);

    // That it is no empty promise: the answers told many of them, of every registry, and what was done is of every kind.
    const said = new Set(values.in(told));
    expect(said.size).toBeGreaterThan(150);
    for (const registry of REGISTRIES)
      expect(values.of(registry).filter((value) => said.has(value)).length, registry).toBeGreaterThan(3);
    expect(entries.length).toBeGreaterThan(OPERATIONS / 2);
    const kinds = new Set(entries.map(({ body }) => JSON.parse(body).kind));
    for (const kind of KINDS) expect(kinds, kind).toContain(kind);
    for (const status of [200, 400, 403]) expect(statuses.get(status), `answers ${status}`).toBeGreaterThan(3);
  });

  it('and any one of them would be seen, in the text and in every column that could hold it', async () => {
    const all = values.all();
    expect(all.length).toBeGreaterThan(1_500);
    const { rows } = await admin.query('SELECT id FROM audit.entries LIMIT 1');
    const one = rows[0].id;
    const seen = async (column: string, given: string): Promise<string[]> => {
      const client = await admin.connect();
      try {
        await client.query('BEGIN');
        await client.query(`UPDATE audit.entries SET ${column} = ${given} WHERE id = $1`, [one]);
        const [entry] = await entriesOf(client, one);
        return values.in(entry?.whole ?? '');
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    };
    for (let at = 0; at < all.length; at += 97) {
      const value = all[at] as string;
      const literal = `$v$${value}$v$`;
      expect(
        await seen('body', `replace(body, '"gateway"', '"x":' || to_json(${literal}::text) || ',"gateway"')`),
      ).toContain(value);
    }
    const [word = ''] = values.of('clients');
    for (const column of ['kind', 'outcome', 'caller_agency', 'caller_role', 'purpose'])
      expect(await seen(column, `'${word}'`), column).toContain(word);
    for (const column of ['categories', 'bases', 'sources'])
      expect(await seen(column, `ARRAY['${word}']`), column).toContain(word);
  });

  it('a document’s own name is in the log only when the hub trusts the document', async () => {
    const named = 'query Lahtinen { ownData { id } }';
    const own = await world.ask('client', named);
    const trusted = await world.ask('auditor', operationNamed('audit-entries'));
    const { rows } = await admin.query(
      `SELECT id, body::json -> 'operation' ->> 'name' AS name, body::json -> 'operation' ->> 'hash' AS hash
       FROM audit.entries WHERE id IN ($1, $2)`,
      [own.auditId, trusted.auditId],
    );
    const nameOf = new Map(rows.map(({ id, name, hash }) => [id, [name, hash]]));
    expect(nameOf.get(own.auditId)).toEqual([null, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(nameOf.get(trusted.auditId)).toEqual(['AuditEntries', expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});

const KINDS = [
  'QUERY',
  'MUTATION',
  'REFUSED',
  'CONSENT_GRANTED',
  'CONSENT_DENIED',
  'CONSENT_WITHDRAWN',
  'PROPOSED',
  'DECLARED_RELATIONSHIP',
  'EMERGENCY_GRANTED',
  'ACCESS_REQUESTED',
  'REVIEWED',
  'LOG_READ',
];

interface Written {
  readonly body: string;
  /** Every column as text, the body's own quotes unescaped. */
  readonly whole: string;
}

async function entriesOf(client: Pick<pg.Pool, 'query'> = admin, id?: string): Promise<readonly Written[]> {
  const { rows } = await client.query<{ body: string; columns: string }>(
    `SELECT body, (to_jsonb(e) - 'body')::text AS columns FROM audit.entries e ${id === undefined ? '' : 'WHERE id = $1'} ORDER BY seq`,
    id === undefined ? [] : [id],
  );
  return rows.map(({ body, columns }) => ({ body, whole: `${body}\n${columns}` }));
}

/** The population's values by registry, and what of them stands in a text as whole words. */
class Values {
  readonly #byRegistry: ReadonlyMap<string, readonly string[]>;

  constructor(byRegistry: ReadonlyMap<string, readonly string[]>) {
    this.#byRegistry = byRegistry;
  }

  all(): readonly string[] {
    return [...new Set([...this.#byRegistry.values()].flat())];
  }

  of(registry: string): readonly string[] {
    return this.#byRegistry.get(registry) ?? [];
  }

  in(text: string): string[] {
    return this.all().filter((value) => {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        const around = text.slice(Math.max(0, at - 1), at) + text.slice(at + value.length, at + value.length + 1);
        // Codes are made of words: WORK is not in WORK_ABILITY, nor in HEL-WORK-ABILITY. A name may stand in Find_Lahtinen.
        if (!(/^[A-Z_]+$/.test(value) ? /[\p{L}\p{N}_-]/u : /[\p{L}\p{N}]/u).test(around)) return true;
      }
      return false;
    });
  }
}

/**
 * Every text, date, time and row id of every registry's tables, in the forms that it could be written in; a column that is added is
 * in it by itself. Left out, by rule:
 *  - ids of clients and workers: an entry names people by them, on purpose;
 *  - fewer than 4 characters (languages, municipalities) and numbers (doses, scores): they say nothing alone. That an entry
 *    holds no number but its counts, `strangersIn` sees;
 *  - words of the log's own vocabulary (HOUSING is a category before it is a goal's area), and where the callers work.
 */
async function personalValues(): Promise<Values> {
  const { rows: columns } = await admin.query<{ schema: string; table: string; column: string; type: string }>(
    `SELECT table_schema AS schema, table_name AS table, column_name AS column, udt_name AS type
     FROM information_schema.columns WHERE table_schema = ANY ($1) AND udt_name <> ALL ($2) AND column_name <> ALL ($3)`,
    [REGISTRIES, ['int2', 'int4', 'int8', 'numeric', 'bool'], ['client_id', 'worker', 'own_worker']],
  );
  const byRegistry = new Map<string, Set<string>>();
  for (const { schema, table, column, type } of columns) {
    const each =
      type === '_text'
        ? `unnest("${column}")`
        : type === 'timestamptz'
          ? `to_json("${column}") #>> '{}'`
          : `"${column}"::text`;
    const { rows } = await admin.query<{ value: string | null }>(
      `SELECT DISTINCT ${each} AS value FROM ${schema}.${table}`,
    );
    const found = byRegistry.get(schema) ?? new Set();
    byRegistry.set(schema, found);
    for (const { value } of rows) {
      for (const form of formsOf(value ?? '')) if (form.length >= 4 && !VOCABULARY.has(form)) found.add(form);
    }
  }
  return new Values(new Map([...byRegistry].map(([registry, found]) => [registry, [...found].sort()])));
}

/** A value; the names in it; an identity code and a telephone number as they fit into other places. */
function formsOf(value: string): readonly string[] {
  const code = /^(\d{6})[-+A-FU-Y](\d{3}[0-9A-Y])$/.exec(value);
  if (code !== null) return [value, ...['', '_', 'A', ' '].map((sign) => `${code[1]}${sign}${code[2]}`)];
  if (/^\+[\d ]+$/.test(value))
    return [value, value.replaceAll(' ', ''), value.replace(/^\+358 ?/, '0').replaceAll(' ', '')];
  // Of two or three names each is one; sentences stay whole.
  const names = /^\p{Lu}\p{Ll}+([ -]\p{Lu}\p{Ll}+){1,2}$/u.test(value) ? value.split(/[ -]/) : [];
  return [value, ...names, ...names.map((name) => name.replace(/\W/g, '_'))];
}

const VOCABULARY = new Set<string>([
  ...Object.keys(AGENCIES),
  ...CATEGORY_NAMES,
  ...Object.keys(PURPOSES),
  ...Object.keys(ROLES),
  ...ACCESS_BASES.flatMap(({ id, citation }) => [id, citation]),
  ...Object.values(WITHHOLDING_STATUTES).map(({ citation }) => citation),
  ...DEMO_USERS.flatMap(({ organisation, unit }) => [organisation ?? '', unit ?? '']),
  ...ALERT_STATES,
  // Kinds, outcomes, reasons and their details; grounds and the states of what was declared.
  ...KINDS.flatMap((kind) => [kind, ...kind.split('_')]),
  ...['ANSWERED', 'PARTIAL', 'DENIED', 'REFUSED', 'APPROVED', 'REJECTED', 'NARROWED', 'NO_TASK', 'RELEASE', 'OVERDOSE'],
]);

/** What an entry may be written in: nothing of it is a field's value, whatever the population holds. */
const FORMS: readonly RegExp[] = [
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, // an id
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, // a moment
  /^[0-9a-f]{64}$/, // a hash
  /^\d{1,15}$/, // an epoch, a size
  /^\d{1,16}_\d{1,18}$/, // a cursor of the log
  /^[A-Z]+(_[A-Z]+)*$/, // a code
  /^[a-z]+(-[a-z]+)*$/, // a role, a service, a root field's argument
  /^(agency:[A-Z_]+|role:[a-z-]+|person:[0-9a-f-]{36})$/, // a recipient
];

/** Strings and numbers of an entry that are none of these: operation names and units are of the hub, and checked one by one. */
function strangersIn(value: unknown, path = ''): string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value === 'number') return /\.(records|count|ranges\.\d+\.\d+)$/.test(path) ? [] : [`${path}: a number`];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([name, member]) => strangersIn(member, `${path}.${name}`));
  const text = String(value);
  if (FORMS.some((form) => form.test(text)) || VOCABULARY.has(text)) return [];
  if (path === '.operation.name' && /^[A-Z][A-Za-z]+$/.test(text)) return [];
  if (/^\.reads\.\d+\.field$/.test(path) && /^audit[A-Za-z]+$/.test(text)) return [];
  return [`${path}: ${text}`];
}
