import type { FieldNode } from 'graphql';
import { grantText } from '../../auth/pass.ts';
import type { AgencyAnswer } from '../agency.ts';
import { HubError } from '../errors.ts';
import { kept } from '../kept.ts';
import { blank, countRecords } from './entities.ts';
import { mergeAll } from './merge.ts';
import type { Printed, RootFetch, RootField, RootVariant } from './nodes.ts';
import { type Data, placesAt } from './places.ts';
import { printRoots } from './print.ts';
import { IDENTITY, type Pruned, prune, setOf } from './prune.ts';
import { quoteInBytes, writeJson } from './raw.ts';
import type { ExecutionError, Run } from './run.ts';
import { trimOf } from './trim.ts';

/** A root field as it is sent. */
interface Asked {
  readonly root: RootField;
  readonly variant: RootVariant;
  readonly node: FieldNode;
  /** Of a client: what may be read. */
  readonly pruned?: Pruned;
}

/**
 * A fetch of root fields, masked.
 *
 * A root field that leads to one client is asked for what is permitted of that client; a client whom the caller may not know of is
 * null, and one of whom nothing more is asked than the id is answered here: neither is sent. Below other root fields
 * a client is asked for the id alone, because nobody has been decided on yet. One that is left out by its conditions is not there.
 */
export async function fetchRoots(fetch: RootFetch, run: Run): Promise<void> {
  const places = fetch.path.length === 0 ? [run.data] : placesAt(run.data, fetch.path);
  if (places.length === 0) return;
  const received: Data = {};
  const grants: string[] = [];
  const asked: Asked[] = [];
  for (const root of fetch.fields) {
    const variant = root.variant(run.coerced);
    if (variant !== null) mask(root, variant, received, grants, asked, run);
  }
  if (asked.length > 0) await ask(fetch, asked, grants, received, run);
  for (const rewrite of fetch.rewrites) rewrite(received);
  for (const place of places) mergeAll(place, received);
  run.members.clear();
}

function mask(
  root: RootField,
  variant: RootVariant,
  received: Data,
  grants: string[],
  asked: Asked[],
  { errand, contract, clients, data }: Run,
): void {
  const { key } = root;
  const { client, node } = variant;
  if (client === undefined) {
    asked.push({ root, variant, node });
    return;
  }
  const clientId = errand.clientOfRoot.get(key);
  if (clientId === undefined || clientId === null) {
    received[key] = null;
    return;
  }
  clients.add(clientId);
  // What may start with this fetch finds the client there already.
  data[key] ??= clientOf(variant, clientId);
  const permitted = errand.decisions.permitted(clientId, client.needed);
  const pruned = prune(client, permitted.categories, contract);
  if (!pruned.worthAsking) {
    blank(data[key] as Data, pruned.keys);
    return;
  }
  asked.push({ root, variant, pruned, node: { ...node, selectionSet: setOf(pruned.selections) } });
  grants.push(grantText(permitted, quoteInBytes(clientId)));
}

/** A client of whom no agency has told anything yet. */
function clientOf({ ids, typenames }: RootVariant, clientId: string): Data {
  const client: Data = { __typename: 'Client', id: clientId };
  for (const key of ids) client[key] = clientId;
  for (const key of typenames) client[key] = 'Client';
  return client;
}

async function ask(
  fetch: RootFetch,
  asked: readonly Asked[],
  grants: readonly string[],
  received: Data,
  run: Run,
): Promise<void> {
  const { agency } = fetch;
  const { text, variables } = documentOf(fetch, asked);
  const request = {
    query: text,
    variables: writeJson(run.given(variables), false),
    grants: `[${grants.join(',')}]`,
    mutation: fetch.operation === 'mutation',
  };
  let answer: AgencyAnswer;
  try {
    answer = await run.errand.ask(agency, request);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'AGENCY_UNAVAILABLE') throw error;
    run.errors.push({ code: error.code, agency });
    // Who the client is was known without the agency: its fields are null, and the others' are not.
    for (const { root, pruned } of asked) if (pruned !== undefined) blank(run.data[root.key] as Data, pruned.keys);
    return;
  }
  const errors: ExecutionError[] = answer.errors.map(({ code, path }) => ({
    code,
    agency,
    // A renamed alias, or a place below others, is not the caller's.
    ...(path === undefined || fetch.path.length > 0 || fetch.rewrites.length > 0 ? {} : { path }),
  }));
  const found: string[] = [];
  for (const { root, node, pruned } of asked) {
    const value = own(answer.data, root.key);
    const below = pruned ?? node.selectionSet;
    if (below !== undefined) trimOf(below, run.contract)(value);
    received[root.key] =
      pruned === undefined ? receive(value, root, found, run) : receiveClient(value, root, pruned, fetch, run);
    if (pruned !== undefined && value !== null && received[root.key] === null)
      errors.push({ code: 'WRONG_IDENTITY', agency, path: [root.key] });
  }
  // Clients found below root fields are decided on, all together, before anything more is asked of them.
  await run.errand.decisions.reach(found);
  for (const id of found) run.clients.add(id);
  const nothing = Object.values(received).every((value) => value === null);
  run.errors.push(...(nothing ? errors.map((error) => ({ ...error, nothing })) : errors));
}

function own(data: Readonly<Data> | null, key: string): unknown {
  return data !== null && Object.hasOwn(data, key) ? (data[key] ?? null) : null;
}

/** Adds the clients below a root field to those found. */
function receive(value: unknown, { key, several }: RootField, found: string[], { errand }: Run): unknown {
  if (several.length === 0) return value;
  const below: string[] = [];
  for (const path of several) for (const client of placesAt({ [key]: value }, path)) takeIdentity(client, below);
  errand.clientsOfRoot.set(key, below);
  for (const id of below) found.push(id);
  return value;
}

/** Adds the id of a client as the hub's alias gives it, which is taken out. */
function takeIdentity(client: Data, found: string[]): void {
  const id = client[IDENTITY];
  delete client[IDENTITY];
  if (typeof id === 'string') found.push(id);
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
  const key = asked.map(({ root, variant, pruned }) => `${root.key} ${variant.id} ${pruned?.id ?? ''}`).join('|');
  return kept(fetch.documents, KEPT, key, () =>
    printRoots(
      fetch,
      asked.map(({ node }) => node),
    ),
  );
}
