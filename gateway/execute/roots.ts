import { type FieldNode, Kind, print, type SelectionNode } from 'graphql';
import type { Grant } from '../../auth/pass.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';
import type { Agency } from '../agency.ts';
import type { Contract } from '../contract.ts';
import type { Life } from '../life.ts';
import { type Fetch, variablesIn } from './fetch.ts';
import { IDENTITY, neededCategories, prune, responseKey } from './prune.ts';
import { type Answer, passFor, tally } from './release.ts';

/**
 * A fetch of root fields, masked.
 *
 * A root field that leads to one client is asked for what is permitted of that client; a client whom the caller may not know of is
 * null, and one of whom nothing more is asked than the id is answered here: neither is sent. Below other root fields
 * a client is asked for the id alone, because nobody has been decided on yet.
 */
export async function fetchRoots(
  fetch: Fetch,
  variables: Readonly<Record<string, unknown>>,
  life: Life,
  agency: Agency,
): Promise<Answer> {
  const { contract } = life;
  const rootType = fetch.operation.operation === 'mutation' ? 'Mutation' : 'Query';
  const data: Record<string, unknown> = {};
  const grants: Grant[] = [];
  const toAsk: FieldNode[] = [];
  for (const field of fetch.selectionSet.selections) {
    if (field.kind !== Kind.FIELD) throw new TypeError('A root fetch selects fields.');
    const type = contract.fieldType(rootType, field.name.value) ?? '';
    const masked = maskRoot(field, type, life);
    if ('answer' in masked) data[responseKey(field)] = masked.answer;
    else toAsk.push(masked.field);
    if ('grant' in masked) grants.push(masked.grant);
  }
  if (toAsk.length === 0) return { data, errors: [] };

  const used = variablesIn({ kind: Kind.SELECTION_SET, selections: toAsk });
  const sent = Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name)));
  const operation = {
    ...fetch.operation,
    variableDefinitions: (fetch.operation.variableDefinitions ?? []).filter(({ variable }) =>
      used.has(variable.name.value),
    ),
    selectionSet: { kind: Kind.SELECTION_SET, selections: toAsk as readonly SelectionNode[] },
  } as const;
  const pass = passFor(life, grants, { toOwn: SUBGRAPHS[agency.name].own });
  const answer = await agency.ask(print(operation), sent, pass);
  const errors: Answer['errors'] = answer.errors.map(({ code }) => ({ code, agency: agency.name }));
  for (const field of toAsk) {
    const key = responseKey(field);
    const value = answer.data?.[key] ?? null;
    if (contract.isClient(contract.fieldType(rootType, field.name.value) ?? '')) {
      data[key] = receiveClient(value, life.clientOfRoot.get(key), life, agency);
      if (value !== null && data[key] === null) errors.push({ code: 'WRONG_IDENTITY', agency: agency.name });
    } else {
      const found = takeIdentities(value);
      await life.decisions.reach(found);
      life.clientsOfRoot.set(key, found);
      data[key] = value;
    }
  }
  return { data, errors };
}

type Masked = { readonly answer: unknown } | { readonly field: FieldNode; readonly grant?: Grant };

function maskRoot(field: FieldNode, type: string, life: Life): Masked {
  const { contract } = life;
  if (field.selectionSet === undefined) return { field };
  if (!contract.isClient(type)) {
    return { field: { ...field, selectionSet: identified(field, type, contract) } };
  }
  const clientId = life.clientOfRoot.get(responseKey(field));
  if (clientId === undefined || clientId === null) return { answer: null };
  const permitted = life.decisions.permitted(clientId, neededCategories(field.selectionSet, type, contract));
  const pruned = prune(field.selectionSet, type, new Set(permitted.categories), contract);
  if (!pruned.worthAsking) return { answer: stub(pruned.selectionSet.selections, clientId) };
  return { field: { ...field, selectionSet: pruned.selectionSet }, grant: { ...permitted, clients: [clientId] } };
}

/** A client of whom only the id and the type name are asked. */
function stub(selections: readonly SelectionNode[], clientId: string): Record<string, unknown> {
  const client: Record<string, unknown> = {};
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      Object.assign(client, stub(selection.selectionSet.selections, clientId));
    else if (selection.kind === Kind.FIELD && responseKey(selection) !== IDENTITY) {
      client[responseKey(selection)] = selection.name.value === '__typename' ? 'Client' : clientId;
    }
  }
  return client;
}

const NONE: ReadonlySet<string> = new Set();

/** The selections below a field that is no client, with every client in them reduced to its identity. */
function identified(field: FieldNode, type: string, contract: Contract): NonNullable<FieldNode['selectionSet']> {
  const walk = (selections: readonly SelectionNode[], parent: string): SelectionNode[] =>
    selections.map((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const below = walk(selection.selectionSet.selections, selection.typeCondition?.name.value ?? parent);
        return { ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: below } };
      }
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) return selection;
      const below = contract.fieldType(parent, selection.name.value) ?? '';
      if (contract.isClient(below)) {
        return { ...selection, selectionSet: prune(selection.selectionSet, below, NONE, contract).selectionSet };
      }
      return {
        ...selection,
        selectionSet: { kind: Kind.SELECTION_SET, selections: walk(selection.selectionSet.selections, below) },
      };
    });
  return { kind: Kind.SELECTION_SET, selections: walk(field.selectionSet?.selections ?? [], type) };
}

/** An agency that answers with somebody else's record loses the field, not the client their secret. */
function receiveClient(value: unknown, clientId: string | null | undefined, life: Life, agency: Agency): unknown {
  const client = value as Record<string, unknown> | null;
  if (client === null || typeof clientId !== 'string' || client[IDENTITY] !== clientId) return null;
  delete client[IDENTITY];
  tally(life, agency.name, clientId, client);
  return client;
}

/** The ids of the clients in an answer, in its order; takes the hub's alias out on the way. */
function takeIdentities(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) takeIdentities(each, found);
  else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    if (typeof record[IDENTITY] === 'string') {
      found.push(record[IDENTITY]);
      delete record[IDENTITY];
    }
    for (const each of Object.values(record)) takeIdentities(each, found);
  }
  return found;
}
