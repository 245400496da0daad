import { type FieldNode, Kind, type SelectionNode } from 'graphql';
import type { Grant } from '../../auth/pass.ts';
import { HubError } from '../errors.ts';
import { countRecords } from './entities.ts';
import { mergeAll } from './merge.ts';
import type { EntityType, Printed, RootFetch, RootField } from './nodes.ts';
import { type Data, placesAt } from './places.ts';
import { printRoots } from './print.ts';
import { IDENTITY, type Pruned, prune, responseKey, setOf } from './prune.ts';
import type { ExecutionError, Run } from './run.ts';

/** A root field as it is sent. */
interface Asked {
  readonly root: RootField;
  readonly node: FieldNode;
  /** Of a client: what may be read. */
  readonly pruned?: Pruned;
}

/**
 * A fetch of root fields, masked.
 *
 * A root field that leads to one client is asked for what is permitted of that client; a client whom the caller may not know of is
 * null, and one of whom nothing more is asked than the id is answered here: neither is sent. Below other root fields
 * a client is asked for the id alone, because nobody has been decided on yet.
 */
export async function fetchRoots(fetch: RootFetch, run: Run): Promise<void> {
  const places = fetch.path.length === 0 ? [run.data] : placesAt(run.data, fetch.path);
  if (places.length === 0) return;
  const received: Data = {};
  const grants: Grant[] = [];
  const asked: Asked[] = [];
  for (const root of fetch.fields) mask(root, received, grants, asked, run);
  // What may start with this fetch finds its clients there already.
  for (const { root, pruned } of asked) if (pruned !== undefined) run.data[root.key] = clientFor(root, run);
  if (asked.length > 0) await ask(fetch, asked, grants, received, run);
  for (const rewrite of fetch.rewrites) rewrite(received);
  for (const place of places) mergeAll(place, received);
}

function mask(
  root: RootField,
  received: Data,
  grants: Grant[],
  asked: Asked[],
  { errand, contract, clients }: Run,
): void {
  const { client, key, node } = root;
  if (client === undefined) {
    asked.push({ root, node });
    return;
  }
  const clientId = errand.clientOfRoot.get(key);
  if (clientId === undefined || clientId === null) {
    received[key] = null;
    return;
  }
  clients.add(clientId);
  const permitted = errand.decisions.permitted(clientId, client.needed);
  const pruned = prune(client, permitted.categories, contract);
  if (!pruned.worthAsking) {
    received[key] = known(client, clientId);
    return;
  }
  asked.push({ root, pruned, node: { ...node, selectionSet: setOf(pruned.selections) } });
  grants.push({ ...permitted, clients: [clientId] });
}

function nulls(keys: readonly string[]): Data {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

/** A client before any agency has said anything of it. */
function clientFor({ key, client }: RootField, { errand }: Run): Data {
  const clientId = errand.clientOfRoot.get(key) as string;
  return { __typename: 'Client', id: clientId, ...(client === undefined ? {} : known(client, clientId)) };
}

/** A client of whom only the id and the type name are asked. */
function known({ parts }: EntityType, clientId: string): Data {
  const client: Data = {};
  const walk = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet.selections);
      else if (selection.kind === Kind.FIELD && selection.name.value === 'id')
        client[responseKey(selection)] = clientId;
      else if (selection.kind === Kind.FIELD && selection.name.value === '__typename')
        client[responseKey(selection)] = 'Client';
    }
  };
  for (const { selectionSet } of parts) walk(selectionSet.selections);
  return client;
}

async function ask(
  fetch: RootFetch,
  asked: readonly Asked[],
  grants: readonly Grant[],
  received: Data,
  run: Run,
): Promise<void> {
  const { agency } = fetch;
  const { text, variables } = documentOf(fetch, asked);
  const request = { query: text, variables: run.given(variables), grants, mutation: fetch.operation === 'mutation' };
  let answer: Awaited<ReturnType<Run['errand']['ask']>>;
  try {
    answer = await run.errand.ask(agency, request);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'AGENCY_UNAVAILABLE') throw error;
    run.errors.push({ code: error.code, agency });
    // Who the client is was known without the agency: its fields are null, and the others' are not.
    for (const { root, pruned } of asked) if (pruned !== undefined) received[root.key] = nulls(pruned.keys);
    return;
  }
  const errors: ExecutionError[] = answer.errors.map(({ code, path }) => ({
    code,
    agency,
    // A renamed alias, or a place below others, is not the caller's.
    ...(path === undefined || fetch.path.length > 0 || fetch.rewrites.length > 0 ? {} : { path }),
  }));
  for (const { root, pruned } of asked) {
    const value = own(answer.data, root.key);
    received[root.key] =
      pruned === undefined ? await receive(value, root, run) : receiveClient(value, root, pruned, fetch, run);
    if (pruned !== undefined && value !== null && received[root.key] === null)
      errors.push({ code: 'WRONG_IDENTITY', agency, path: [root.key] });
  }
  const nothing = Object.values(received).every((value) => value === null);
  run.errors.push(...(nothing ? errors.map((error) => ({ ...error, nothing })) : errors));
}

function own(data: Readonly<Data> | null, key: string): unknown {
  return data !== null && Object.hasOwn(data, key) ? (data[key] ?? null) : null;
}

/** Clients found below a root field are decided on before anything more is asked of them. */
async function receive(value: unknown, { key, several }: RootField, { errand, clients }: Run): Promise<unknown> {
  if (several.length === 0) return value;
  const found = several.flatMap((path) => placesAt({ [key]: value }, path)).flatMap(takeIdentity);
  await errand.decisions.reach(found);
  errand.clientsOfRoot.set(key, found);
  for (const id of found) clients.add(id);
  return value;
}

/** The id of a client as the hub's alias gives it, which is taken out. */
function takeIdentity(client: Data): readonly string[] {
  const id = client[IDENTITY];
  delete client[IDENTITY];
  return typeof id === 'string' ? [id] : [];
}

/** An agency that answers with somebody else's record loses the field, not the client their secret. */
function receiveClient(
  value: unknown,
  { key }: RootField,
  { keys }: Pruned,
  { agency }: RootFetch,
  { errand }: Run,
): Data | null {
  const clientId = errand.clientOfRoot.get(key);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const client = value as Data;
  if (typeof clientId !== 'string' || client[IDENTITY] !== clientId) return null;
  delete client[IDENTITY];
  errand.tally(agency, clientId, countRecords(client, keys));
  return client;
}

const KEPT = 256;

function documentOf(fetch: RootFetch, asked: readonly Asked[]): Printed {
  const key = asked.map(({ root, pruned }) => `${root.key} ${pruned?.text ?? ''}`).join('|');
  let printed = fetch.documents.get(key);
  if (printed === undefined) {
    printed = printRoots(
      fetch,
      asked.map(({ root, node }) => ({ node, guards: root.guards })),
    );
    if (fetch.documents.size >= KEPT) fetch.documents.delete(fetch.documents.keys().next().value as string);
    fetch.documents.set(key, printed);
  }
  return printed;
}
