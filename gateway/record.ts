import type { AuditEntry, Caller, Disclosure, Outcome } from '../audit/entry.ts';
import { type Appended, type AuditLog, LogUnavailable } from '../audit/log.ts';
import type { Principal } from '../auth/principal.ts';
import type { Permit } from '../consent/decision.ts';
import { isId } from '../consent/id.ts';
import { type Agency, CATEGORIES, type CategoryName } from '../schema/categories.ts';
import { SUBGRAPHS } from '../schema/subgraphs.ts';
import { HubError } from './errors.ts';
import type { Life } from './life.ts';
import { reached } from './reached.ts';
import { readsOf } from './reads.ts';

/**
 * Step 7: the entry that describes the release, durable before anything leaves; `stale` when a basis has changed meanwhile.
 *
 * Throws `HubError` LOG_UNAVAILABLE: then nothing may be released.
 */
export async function record(life: Life, log: AuditLog, gateway: string): Promise<Appended> {
  const disclosures = disclosuresOf(life);
  const epochs = new Map<string, bigint>();
  for (const { client, permitted, epoch } of disclosures) {
    if (client !== null && permitted.length > 0) epochs.set(client, BigInt(epoch));
  }
  const reads = readsOf(life.roots);
  const refusal = disclosures.length === 0 ? life.refusal : undefined;
  const entry: AuditEntry = {
    ...headOf(life, gateway),
    kind: life.operation.operation === 'mutation' ? 'MUTATION' : reads.length > 0 ? 'LOG_READ' : 'QUERY',
    outcome: refusal === undefined ? outcomeOf(life, disclosures) : 'REFUSED',
    clients: [...new Set([...clientsOf(disclosures), ...namedBy(life)])],
    disclosures,
    ...(reads.length > 0 ? { reads } : {}),
    ...(refusal === undefined ? {} : { refusal }),
    ...(life.unavailable.size > 0
      ? { unavailable: [...life.unavailable.keys()].map((name) => SUBGRAPHS[name].agency) }
      : {}),
  };
  return append(log, entry, epochs);
}

/** Writes down an attempt that was refused to a known caller. Throws `HubError` LOG_UNAVAILABLE. */
export async function recordRefusal(life: Life, log: AuditLog, gateway: string, code: string): Promise<void> {
  const reads = readsOf(life.roots ?? []);
  const entry: AuditEntry = {
    ...headOf(life, gateway),
    kind: 'REFUSED',
    outcome: 'REFUSED',
    clients: namedBy(life),
    disclosures: [],
    ...(reads.length > 0 ? { reads } : {}),
    refusal: code,
  };
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

function headOf(
  life: Life,
  gateway: string,
): Pick<AuditEntry, 'id' | 'at' | 'caller' | 'purpose' | 'operation' | 'request' | 'gateway'> {
  return {
    id: life.auditId,
    at: new Date().toISOString(),
    caller: callerOf(life.principal),
    purpose: life.purpose,
    // Who is refused at the door has no document yet.
    operation: { name: life.operationName ?? null, hash: life.documentHash ?? null },
    request: life.requestId,
    gateway,
  };
}

function callerOf(principal: Principal): Caller {
  const { username: _, clientId: __, ...caller } = principal;
  return caller;
}

/** One disclosure a client and source agency, in the order of the answer. Members in the order of their names, as they are sealed. */
function disclosuresOf(life: Life): Disclosure[] {
  const records = new Map<string, number>();
  for (const { source, clientId, records: count } of life.tallies) {
    const key = `${clientId} ${SUBGRAPHS[source].agency}`;
    records.set(key, (records.get(key) ?? 0) + count);
  }
  const disclosures: Disclosure[] = [];
  for (const { clientId, shownAs, asked } of reached(life)) {
    const decision = life.decisions.of(clientId);
    const epoch = String(decision?.epoch ?? 0n);
    for (const [source, categories] of bySource(asked)) {
      const permitted: Permitted[] = [];
      const denied: Disclosure['denied'][number][] = [];
      for (const category of categories) {
        const verdict = decision?.categories.get(category);
        if (verdict?.decision === 'PERMIT') pushPermits(permitted, category, verdict);
        else denied.push({ category, detail: verdict?.detail ?? 'NOT_DECIDED', reason: verdict?.reason ?? 'NO_BASIS' });
      }
      // Only what relies on the epoch is re-checked at the log: a restriction recorded meanwhile makes it stale.
      const withheld = permitted.length === 0 ? undefined : life.decisions.withheld(clientId, source);
      disclosures.push({
        client: shownAs,
        denied,
        epoch,
        permitted,
        records: records.get(`${clientId} ${source}`) ?? 0,
        source,
        ...(withheld === undefined ? {} : { withheld }),
      });
    }
  }
  return disclosures;
}

type Permitted = Disclosure['permitted'][number];

/** On what each part rests: own rows on the own register, those of others on what opens them (703/2023 § 10). */
function pushPermits(permitted: Permitted[], category: CategoryName, permit: Permit): void {
  const { basis, reference, register, beside } = permit;
  permitted.push(register === undefined ? { basis, category, reference } : { basis, category, reference, register });
  if (beside !== undefined) pushPermits(permitted, category, beside);
}

/** What is asked of each source; the same for every client of a root field. */
const sources = new WeakMap<readonly CategoryName[], ReadonlyMap<Agency, readonly CategoryName[]>>();

/** That a client is one of the hub's is a disclosure of the joint index, even when nothing more was asked. */
function bySource(asked: readonly CategoryName[]): ReadonlyMap<Agency, readonly CategoryName[]> {
  const kept = sources.get(asked);
  if (kept !== undefined) return kept;
  const groups = new Map<Agency, CategoryName[]>();
  for (const category of asked) {
    const { source } = CATEGORIES[category];
    groups.set(source, [...(groups.get(source) ?? []), category]);
  }
  if (groups.size === 0) groups.set('HUB', []);
  sources.set(asked, groups);
  return groups;
}

function outcomeOf(life: Life, disclosures: readonly Disclosure[]): Outcome {
  if (life.unavailable.size > 0) return 'PARTIAL';
  return disclosures.some(({ denied }) => denied.length > 0) ? 'DENIED' : 'ANSWERED';
}

function clientsOf(disclosures: readonly Disclosure[]): string[] {
  return disclosures.flatMap(({ client }) => (client === null ? [] : [client]));
}
