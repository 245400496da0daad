import type { AuditEntry, Caller, Disclosure, Outcome } from '../audit/entry.ts';
import { type Appended, type AuditLog, LogUnavailable } from '../audit/log.ts';
import { keepText } from '../audit/written.ts';
import type { Principal } from '../auth/principal.ts';
import type { Decision, Permit } from '../consent/decision.ts';
import { isId } from '../consent/id.ts';
import { remember } from '../consent/remember.ts';
import { type Agency, CATEGORIES, type CategoryName } from '../schema/categories.ts';
import { SUBGRAPHS } from '../schema/subgraphs.ts';
import { HubError } from './errors.ts';
import type { Life } from './life.ts';
import type { Reached } from './reached.ts';
import { readsOf } from './reads.ts';

/**
 * Step 7: the entry that describes the release, durable before anything leaves; `stale` when a basis has changed meanwhile.
 *
 * `clients`: those that the operation reached. Throws `HubError` LOG_UNAVAILABLE: then nothing may be released.
 */
export function record(life: Life, clients: readonly Reached[], log: AuditLog, gateway: string): Promise<Appended> {
  const { disclosures, epochs } = disclosuresOf(life, clients);
  const reads = readsOf(life.roots);
  const refusal = disclosures.length === 0 ? life.refusal : undefined;
  const entry = entryOf(life, gateway, {
    kind: life.operation.operation === 'mutation' ? 'MUTATION' : reads.length > 0 ? 'LOG_READ' : 'QUERY',
    outcome: refusal === undefined ? outcomeOf(life, disclosures) : 'REFUSED',
    clients: clientsOf(clients, namedBy(life)),
    disclosures,
    reads,
    refusal,
    unavailable: [...life.unavailable.keys()].map((name) => SUBGRAPHS[name].agency),
  });
  return append(log, entry, epochs);
}

/** Writes down an attempt that was refused to a known caller. Throws `HubError` LOG_UNAVAILABLE. */
export async function recordRefusal(life: Life, log: AuditLog, gateway: string, code: string): Promise<void> {
  const entry = entryOf(life, gateway, {
    kind: 'REFUSED',
    outcome: 'REFUSED',
    clients: namedBy(life),
    disclosures: [],
    reads: readsOf(life.roots ?? []),
    refusal: code,
    unavailable: [],
  });
  await append(log, entry, new Map());
}

/** The clients that the operation named by id, whatever came of it; one refused at the door has no roots yet. */
export function namedBy({ roots, principal }: Life): string[] {
  const ids = (roots ?? []).flatMap(({ field, args }) => {
    if (field === 'client') return [args.id];
    if (field === 'explainAccess') return [args.client];
    if (field === 'whoLooked') return [principal.clientId];
    if (field === 'auditEntries' || field === 'auditAlerts') return [memberOf(args.filter, 'client')];
    // A client may leave out that it is themself.
    return Object.hasOwn(args, 'input') ? [memberOf(args.input, 'clientId') ?? principal.clientId] : [];
  });
  return [...new Set(ids.map((id) => (typeof id === 'string' ? id.toLowerCase() : id)).filter(isId))];
}

function memberOf(input: unknown, name: string): unknown {
  return (input as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

async function append(log: AuditLog, entry: AuditEntry, epochs: ReadonlyMap<string, bigint>): Promise<Appended> {
  try {
    return await log.append(entry, epochs);
  } catch (error) {
    if (error instanceof LogUnavailable) throw new HubError('LOG_UNAVAILABLE', { detail: error.code ?? 'unknown' });
    throw error;
  }
}

type Told = Pick<AuditEntry, 'kind' | 'outcome' | 'clients' | 'disclosures'> &
  Required<Pick<AuditEntry, 'reads' | 'unavailable'>> & { readonly refusal: string | undefined };

/** Members in the order of their names, here and below: so they are sealed as they are. */
function entryOf(life: Life, gateway: string, told: Told): AuditEntry {
  const { clients, disclosures, kind, outcome, reads, refusal, unavailable } = told;
  return {
    at: new Date().toISOString(),
    caller: remember(callers, life.principal, () => callerOf(life.principal)),
    clients,
    disclosures,
    gateway,
    id: life.auditId,
    kind,
    // Who is refused at the door has no document yet.
    operation: { hash: life.documentHash ?? null, name: life.operationName ?? null },
    outcome,
    purpose: life.purpose,
    ...(reads.length > 0 ? { reads } : {}),
    ...(refusal === undefined ? {} : { refusal }),
    request: life.requestId,
    ...(unavailable.length > 0 ? { unavailable } : {}),
  };
}

/** Of principals that the verifier keeps as long as their tokens. */
const callers = new WeakMap<Principal, Caller>();

function callerOf({ actingFor, agency, id, impersonatedBy, organisation, roles, unit }: Principal): Caller {
  return {
    ...(actingFor === undefined ? {} : { actingFor }),
    ...(agency === undefined ? {} : { agency }),
    id,
    ...(impersonatedBy === undefined ? {} : { impersonatedBy }),
    ...(organisation === undefined ? {} : { organisation }),
    roles,
    ...(unit === undefined ? {} : { unit }),
  };
}

interface Disclosed {
  /** One a client and source agency, in the order of the answer. */
  readonly disclosures: readonly Disclosure[];
  /** Of the clients of whom something was permitted. */
  readonly epochs: ReadonlyMap<string, bigint>;
}

function disclosuresOf(life: Life, clients: readonly Reached[]): Disclosed {
  const disclosures: Disclosure[] = [];
  const epochs = new Map<string, bigint>();
  for (const client of clients) {
    const decision = life.decisions.of(client.clientId);
    const { disclosures: told, opens } = tellOf(life, client, decision);
    for (const each of told) disclosures.push(each);
    if (opens && decision !== undefined && client.shownAs !== null) epochs.set(client.shownAs, decision.epoch);
  }
  return { disclosures, epochs };
}

/** What an entry says of a client by a decision. */
interface Said extends Pick<Reached, 'asked' | 'shownAs'> {
  readonly disclosures: readonly Disclosure[];
  /** Whether something was permitted. */
  readonly opens: boolean;
  /** Whether it has been said more than once. */
  again: boolean;
}

function tellOf(life: Life, client: Reached, decision: Decision | undefined): Said {
  const { asked, clientId, shownAs } = client;
  const kept = life.decisions.isKept(clientId) ? decision : undefined;
  const before = kept && said.get(kept);
  if (before !== undefined && isSame(before, client, life)) {
    if (!before.again) keepText(before.disclosures);
    before.again = true;
    return before;
  }
  const disclosures = bySource(asked).map((askedOf) => disclosureOf(life, client, askedOf, decision));
  const opens = disclosures.some(({ permitted }) => permitted.length > 0);
  const made = { asked, shownAs, disclosures, opens, again: false };
  if (kept !== undefined) said.set(kept, made);
  return made;
}

/** What was said last by each decision that is kept: it is mostly asked for the same. Of the many that are made once it would be a burden. */
const said = new WeakMap<Decision, Said>();

function isSame({ asked, shownAs, disclosures }: Said, client: Reached, life: Life): boolean {
  if (asked !== client.asked || shownAs !== client.shownAs) return false;
  const given = life.records.get(client.clientId);
  return disclosures.every(({ source, records }) => records === (given?.[source] ?? 0));
}

function disclosureOf(
  life: Life,
  { clientId, shownAs: client }: Reached,
  { source, categories }: AskedOf,
  decision: Decision | undefined,
): Disclosure {
  const epoch = String(decision?.epoch ?? 0n);
  // Most sources are asked for one category; a list that is pushed to would take the room of sixteen.
  let permitted: Disclosure['permitted'] = NONE;
  let denied: Disclosure['denied'] = NONE;
  for (const category of categories) {
    const verdict = decision?.categories.get(category);
    if (verdict?.decision === 'PERMIT') {
      const permits = permitsOf(category, verdict);
      permitted = permitted === NONE ? permits : [...permitted, ...permits];
    } else {
      const { detail, reason } = verdict ?? NOT_DECIDED;
      const denial = { category, detail, reason };
      denied = denied === NONE ? [denial] : [...denied, denial];
    }
  }
  // Only what relies on the epoch is re-checked at the log: a restriction recorded meanwhile makes it stale.
  const withheld = permitted.length === 0 ? undefined : life.decisions.withheld(clientId, source);
  const told = { client, denied, epoch, permitted, records: life.records.get(clientId)?.[source] ?? 0, source };
  return withheld === undefined ? told : { ...told, withheld };
}

const NONE: readonly never[] = [];
const NOT_DECIDED = { detail: 'NOT_DECIDED', reason: 'NO_BASIS' };

/** On what each part rests: own rows on the own register, those of others on what opens them (703/2023 § 10). */
function permitsOf(
  category: CategoryName,
  { basis, reference, register, beside }: Permit,
): readonly Disclosure['permitted'][number][] {
  const permit = register === undefined ? { basis, category, reference } : { basis, category, reference, register };
  return beside === undefined ? [permit] : [permit, ...permitsOf(category, beside)];
}

interface AskedOf {
  readonly source: Agency;
  readonly categories: readonly CategoryName[];
}

/** What is asked of each source; the same for every client of a root field. */
const sources = new WeakMap<readonly CategoryName[], readonly AskedOf[]>();

/** That a client is one of the hub's is a disclosure of the joint index, even when nothing more was asked. */
function bySource(asked: readonly CategoryName[]): readonly AskedOf[] {
  return remember(sources, asked, () => groupBySource(asked));
}

function groupBySource(asked: readonly CategoryName[]): readonly AskedOf[] {
  const groups = new Map<Agency, CategoryName[]>();
  for (const category of asked) {
    const { source } = CATEGORIES[category];
    groups.set(source, [...(groups.get(source) ?? []), category]);
  }
  if (groups.size === 0) groups.set('HUB', []);
  return [...groups].map(([source, categories]) => ({ source, categories }));
}

function outcomeOf(life: Life, disclosures: readonly Disclosure[]): Outcome {
  if (life.unavailable.size > 0) return 'PARTIAL';
  return disclosures.some(({ denied }) => denied.length > 0) ? 'DENIED' : 'ANSWERED';
}

/** Each once: those disclosed of, and those named. */
function clientsOf(disclosed: readonly Reached[], named: readonly string[]): string[] {
  const clients = new Set<string>();
  for (const { shownAs } of disclosed) if (shownAs !== null) clients.add(shownAs);
  for (const client of named) clients.add(client);
  return [...clients];
}
