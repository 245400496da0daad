import { randomBytes, randomUUID } from 'node:crypto';
import { type Pass, type PassHeaders, PassSigner } from '../../auth/pass.ts';
import { connectDatabase } from '../../bin/database.ts';
import type { DatabaseRole } from '../../bin/settings.ts';
import type { CategoryName } from '../../schema/categories.ts';
import type { SubgraphDefinition } from '../../subgraphs/define.ts';
import { type RunningSubgraph, serveSubgraph } from '../../subgraphs/serve.ts';
import type { TestDatabase } from '../postgres.ts';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What the pass grants; nothing by default. */
  readonly grants?: Pass['grants'];
  readonly caller?: Partial<Pass['caller']>;
  /** Service coordination unless said otherwise. */
  readonly purpose?: Pass['purpose'];
}

/** A representation of a client, with what `@requires` brings along. */
export type Representation = Readonly<{ id: string } & Record<string, unknown>>;

export interface AskedSubgraph {
  /** The agency's name, in which its passes are signed. */
  readonly name: string;
  readonly key: Uint8Array;
  /** SQL statements since the last call. */
  statements(): number;
  /** Lines of its log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Asks with a good pass; the answer's body. */
  ask(question: Question): Promise<Answer>;
  /** Asks for fields of clients, each permitted the categories; the clients in order. */
  clients(
    fields: string,
    representations: readonly Representation[],
    categories: readonly CategoryName[],
    caller?: Question['caller'],
    /** Those of the categories that are limited to the caller's own organisation; none by default. */
    own?: readonly CategoryName[],
  ): Promise<readonly Record<string, unknown>[]>;
  /** Posts a body as it is. */
  post(body: string, headers: Partial<PassHeaders>): Promise<Response>;
  close(): Promise<void>;
}

/** A subgraph over HTTP with its own role on a test's database. */
export async function startSubgraph(
  // biome-ignore lint/suspicious/noExplicitAny: any agency's loaders.
  definition: SubgraphDefinition<any>,
  database: TestDatabase,
  role: DatabaseRole,
): Promise<AskedSubgraph> {
  const key = randomBytes(32);
  const log: Readonly<Record<string, unknown>>[] = [];
  let statements = 0;
  const running: RunningSubgraph = await serveSubgraph(definition, {
    port: 0,
    host: '127.0.0.1',
    databaseUrl: database.roleUrl(role),
    passKey: key,
    mode: 'production',
    log: (line) => log.push(line),
    onStatement: () => {
      statements += 1;
    },
  });
  const { name } = definition;
  const signer = new PassSigner(key, name);

  const post = (body: string, headers: Partial<PassHeaders>): Promise<Response> =>
    fetch(running.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

  const ask = async (question: Question): Promise<Answer> => {
    const body = bodyOf(question);
    const response = await post(body, signer.sign('/graphql', body, now()));
    return (await response.json()) as Answer;
  };

  return {
    name,
    key,
    log,
    post,
    ask,
    statements() {
      const count = statements;
      statements = 0;
      return count;
    },
    async clients(fields, representations, categories, caller = {}, own = []) {
      const answer = await ask({
        query: `query ($clients: [_Any!]!) { _entities(representations: $clients) { ... on Client { ${fields} } } }`,
        variables: { clients: representations.map((client) => ({ __typename: 'Client', ...client })) },
        grants: [{ categories, own, clients: representations.map(({ id }) => id) }],
        caller,
      });
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      return answer.data?._entities as readonly Record<string, unknown>[];
    },
    close: () => running.close(),
  };
}

/** The body that the gateway sends: the operation, and the pass in its extensions. */
export function bodyOf(question: Question): string {
  const { query, variables = {}, grants = [], caller = {}, purpose = 'SERVICE_COORDINATION' } = question;
  const pass: Pass = {
    auditId: randomUUID(),
    caller: { id: randomUUID(), roles: ['coordinator'], ...caller },
    purpose,
    grants,
  };
  return JSON.stringify({ query, variables, extensions: { pass } });
}

/** Seconds since epoch. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** Writes rows as the migrating role; all rows of a call have the keys of the first. */
export async function insertRows(
  database: TestDatabase,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const client = await connectDatabase(database.adminUrl);
  try {
    await client.query(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(rows)],
    );
  } finally {
    await client.end();
  }
}

/** ISO date so many days from today in Helsinki. */
export function day(offset: number): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki' }).format(new Date());
  return new Date(Date.parse(today) + offset * 86_400_000).toISOString().slice(0, 10);
}
