import { grantText } from '../../auth/pass.ts';
import { remember } from '../../consent/remember.ts';
import type { AgencyAnswer } from '../agency.ts';
import type { Permitted } from '../decide.ts';
import { HubError } from '../errors.ts';
import { kept } from '../kept.ts';
import { type Context, contextOf } from './context.ts';
import { mergeAsked } from './merge.ts';
import type { EntityBatch, EntityFetch, EntityType, EntityVariant, Printed } from './nodes.ts';
import { beforeList, type Data, placesAt, type Standing, standingsAt } from './places.ts';
import { printEntities } from './print.ts';
import { entityType, IDENTITY, type Pruned, prune } from './prune.ts';
import { inBytes, quoteInBytes, Raw, writeJson } from './raw.ts';
import { type AskedEntities, compileReader, type ReadEntity, readRaw } from './read.ts';
import type { Run } from './run.ts';
import type { Scan } from './scan.ts';
import { trimOf } from './trim.ts';

/** Representations of one type that may be asked the same selections, of one fetch. */
export interface Group {
  readonly fetch: EntityFetch;
  readonly variant: EntityVariant;
  readonly type: EntityType;
  readonly permitted: Permitted;
  readonly pruned: Pruned;
  /** Values of the variables that come from above the entity. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly members: Member[];
}

/** One entity, and every object of the answer that it is. */
export interface Member {
  readonly typename: string;
  readonly id: string;
  /** JSON, a character for each byte. */
  readonly idText: string;
  /** Its representation, JSON, a character for each byte. */
  readonly text: string;
  readonly context: Context;
  readonly places: Data[];
}

const NOTHING: Permitted = { categories: [], own: [] };

/**
 * Entity fetches to one agency, masked: each client is asked for what is permitted for it and no more, in one request.
 *
 * Representations are deduped and grouped by what is permitted; each group is one aliased `_entities` with its own selections, so the
 * agency's loaders batch over all of them. What comes back is merged by identity. Nothing permitted, nothing sent; what was not
 * got is null, not absent: a fetch that requires one of those fields still goes on for its other fields.
 */
export async function fetchEntities(batch: EntityBatch, run: Run): Promise<void> {
  const groups: Group[] = [];
  for (const fetch of batch.fetches) group(fetch, run, groups);
  const asked = groups.filter(({ pruned }) => pruned.worthAsking);
  if (asked.length > 0) await ask(batch, asked, run);
  for (const { fetch, pruned, members } of groups) {
    const keys = [...pruned.keys, ...fetch.renamed];
    for (const { places } of members) for (const place of places) blank(place, keys);
  }
}

/** What was not got is null, and what is known stays. */
export function blank(place: Data, keys: readonly string[]): void {
  for (const key of keys) if (place[key] === undefined || !Object.hasOwn(place, key)) place[key] = null;
}

/** Adds the entities that a fetch finds, grouped by type, by what is permitted and by what comes from above them. */
function group(fetch: EntityFetch, run: Run, groups: Group[]): void {
  const byType = new Map<EntityType, Map<Permitted | string, Group>>();
  const variant = fetch.variant(run.coerced);
  for (const member of membersOf(fetch, run)) {
    const type = typeOf(variant, member.typename, run);
    if (type === undefined) continue;
    const { context } = member;
    const permitted = permittedOf(member, type, run);
    // There is one object for each value of `Permitted`, or a few: no text is made of it for every client.
    const key = context.key === '' ? permitted : `${permitted.categories} ${permitted.own} ${context.key}`;
    const before = byType.get(type)?.get(key);
    if (before !== undefined) {
      before.members.push(member);
      continue;
    }
    const pruned = prune(type, permitted.categories, run.contract);
    const made = { fetch, variant, type, permitted, pruned, context: context.values, members: [member] };
    groups.push(made);
    byType.set(type, (byType.get(type) ?? new Map()).set(key, made));
  }
}

/** The entities that a fetch finds, each once, in the order of the answer; agencies that are asked together are mostly asked for the same. */
function membersOf(fetch: EntityFetch, run: Run): readonly Member[] {
  return kept(run.members, KEPT, fetch.finds, () => findMembers(fetch, run));
}

function findMembers(fetch: EntityFetch, run: Run): readonly Member[] {
  const members = new Map<string, Member>();
  const contextAt = contextOf(fetch, run);
  for (const place of placesAt(run.data, fetch.path)) {
    const representation = fetch.project(place);
    if (representation === null) continue;
    for (const rewrite of fetch.inputRewrites) rewrite(representation);
    const context = contextAt(place);
    const text = writeJson(representation, false);
    const identity = text + context.key;
    const known = members.get(identity);
    if (known !== undefined) {
      known.places.push(place);
      continue;
    }
    const id = String(representation.id);
    members.set(identity, {
      typename: representation.__typename,
      id,
      idText: quoteInBytes(id),
      text,
      context,
      places: [place],
    });
  }
  return [...members.values()];
}

/** A client to whom no root field led stands in no entry: an agency that names another one opens nothing. */
function permittedOf({ id }: Member, { isClient, needed }: EntityType, { clients, errand }: Run): Permitted {
  return isClient && clients.has(id) ? errand.decisions.permitted(id, needed) : NOTHING;
}

function typeOf({ parts: all, types }: EntityVariant, name: string, { contract }: Run): EntityType | undefined {
  const kept = types.get(name);
  if (kept !== undefined) return kept;
  // An agency that knows only the interface of an entity is asked for what any of its types has.
  const parts = all.filter(({ type }) => contract.mayBe(type, name));
  if (parts.length === 0) return undefined;
  const type = entityType(name, parts, contract);
  types.set(name, type);
  return type;
}

async function ask(batch: EntityBatch, groups: readonly Group[], run: Run): Promise<void> {
  const { text, variables } = documentOf(batch, groups);
  const sent = groups.map(({ members, context }, index) => {
    const given = Object.entries(context).map(
      ([name, value]) => `,"${name}_${index}":${inBytes(JSON.stringify(value))}`,
    );
    return `"r${index}":[${members.map(({ text }) => text).join(',')}]${given.join('')}`;
  });
  const passedOn = writeJson(run.given(variables), false).slice(1, -1);
  if (passedOn !== '') sent.push(passedOn);
  const grants = groups
    .filter(({ type }) => type.isClient)
    .map(({ permitted, members }) => grantText(permitted, members.map(({ idText }) => idText).join(',')));
  let answer: AgencyAnswer;
  const reader = readerOf(groups, run);
  let isTrimmed = false;
  try {
    const readWell = (body: Buffer): AgencyAnswer['data'] | undefined => {
      const data = reader === undefined ? undefined : readRaw(body, reader);
      isTrimmed = data !== undefined;
      run.hasRaw ||= isTrimmed;
      return data;
    };
    const request = {
      query: text,
      variables: `{${sent.join(',')}}`,
      grants: `[${grants.join(',')}]`,
      mutation: false,
      readWell,
    };
    answer = await run.errand.ask(batch.agency, request);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'AGENCY_UNAVAILABLE') throw error;
    for (const path of new Set(groups.map(({ fetch }) => fetch.path)))
      run.errors.push({ code: error.code, agency: batch.agency, path: beforeList(path) });
    return;
  }
  noteErrors(batch.agency, answer.errors, groups, run);
  const isExcused = answer.errors.length > 0;
  for (const [index, each] of groups.entries()) {
    const list = answer.data?.[`g${index}`];
    if (!isTrimmed) trimOf(each.pruned, run.contract)(list);
    receive(batch.agency, each, list, isExcused, run);
  }
  run.members.clear();
}

/** How what will be passed on as bytes is left as bytes, where there may be something in every fetch. */
function readerOf(groups: readonly Group[], run: Run): readonly AskedEntities[] | undefined {
  const asked: AskedEntities[] = [];
  for (const { fetch, pruned, members } of groups) {
    const scans = run.scansOf(fetch);
    if (scans.size === 0) return undefined;
    const ofPruned = remember(readers, scans, () => new WeakMap());
    const read = remember(ofPruned, pruned, () => compileReader(pruned, scans, trimOf(pruned, run.contract)));
    asked.push({ members, read });
  }
  return asked;
}

const readers = new WeakMap<ReadonlyMap<string, Scan>, WeakMap<Pruned, ReadEntity>>();

function documentOf(batch: EntityBatch, groups: readonly Group[]): Printed {
  const key = groups
    .map(
      ({ fetch, variant, type, pruned }) => `${batch.fetches.indexOf(fetch)} ${variant.id} ${type.name} ${pruned.id}`,
    )
    .join('|');
  return kept(batch.documents, KEPT, key, () => printEntities(groups));
}

const KEPT = 256;

function receive(
  agency: string,
  { type, pruned, fetch, members }: Group,
  list: unknown,
  excused: boolean,
  run: Run,
): void {
  if (!Array.isArray(list) || list.length !== members.length) {
    if (!excused) run.errors.push({ code: 'WRONG_SHAPE', agency, path: beforeList(fetch.path) });
    return;
  }
  const keys = [...pruned.keys, ...fetch.renamed];
  members.forEach(({ id, places }, at) => {
    const entity = list[at] as Data | null;
    if (typeof entity !== 'object' || entity === null || Array.isArray(entity)) return;
    // An agency that answers with somebody else's record loses the field, not the client their secret.
    if (type.isClient && entity[IDENTITY] !== id) {
      run.errors.push({ code: 'WRONG_IDENTITY', agency, path: beforeList(fetch.path) });
      return;
    }
    for (const rewrite of fetch.outputRewrites) rewrite(entity);
    if (type.isClient) run.errand.tally(agency, id, countRecords(entity, keys));
    for (const place of places) {
      if (!type.isClient) narrowType(place, entity, run);
      mergeAsked(place, entity, keys);
    }
  });
}

/** An agency may know only the interface of an entity: what another one knows better stays. */
function narrowType(place: Data, { __typename: given }: Data, { contract }: Run): void {
  const { __typename: known } = place;
  if (typeof given !== 'string') return;
  if (typeof known !== 'string' || contract.isSubtype(known, given)) place.__typename = given;
}

/** What an agency gave of a client: members of lists, and one for every other value. */
export function countRecords(entity: Readonly<Data>, keys: readonly string[]): number {
  let records = 0;
  for (const key of keys) {
    const value = Object.hasOwn(entity, key) ? entity[key] : null;
    if (value != null) records += Array.isArray(value) ? value.length : value instanceof Raw ? value.records : 1;
  }
  return records;
}

/** An agency names its own aliases and the place among those that it was sent: the caller reads where it is in the answer. */
function noteErrors(agency: string, errors: AgencyAnswer['errors'], groups: readonly Group[], run: Run): void {
  const standings = new Map<EntityFetch, ReadonlyMap<Data, readonly Standing[]>>();
  for (const { code, path } of errors) {
    const [alias, at, ...below] = path ?? [];
    const found = typeof alias === 'string' && /^g\d{1,6}$/.test(alias) ? groups[Number(alias.slice(1))] : undefined;
    const member = found === undefined || typeof at !== 'number' ? undefined : found.members[at];
    if (found === undefined || member === undefined) {
      run.errors.push({ code, agency, path: beforeList(groups[0]?.fetch.path ?? []) });
      continue;
    }
    const { fetch } = found;
    // The answer is walked through once, however many errors there are.
    const byPlace = standings.get(fetch) ?? byPlaceOf(standingsAt(run.data, fetch.path));
    standings.set(fetch, byPlace);
    for (const place of new Set(member.places))
      for (const { path: above } of byPlace.get(place) ?? [])
        run.errors.push({ code, agency, path: [...above, ...below] });
  }
}

function byPlaceOf(standings: readonly Standing[]): ReadonlyMap<Data, readonly Standing[]> {
  const byPlace = new Map<Data, Standing[]>();
  for (const each of standings) {
    const same = byPlace.get(each.place);
    if (same === undefined) byPlace.set(each.place, [each]);
    else same.push(each);
  }
  return byPlace;
}
