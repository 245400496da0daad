/**
 * Judges a history of consent events and disclosures by the promise of the ledger alone; it shares no code with the hub.
 *
 * The place of an event or entry is the `seq` of its row in `audit.entries`. A consent event writes its entry in its own transaction,
 * under the exclusive lock, and a disclosure under the shared one, so the numbers of one sequence without a cache stand in the order of
 * the locks: of a disclosure and an event, whichever has the lower number had ended before the other began.
 */

export interface HistoryEvent {
  /** Place of its entry; 0 for what was in the ledger before the history began. */
  readonly seq: number;
  readonly client: string;
  readonly epoch: bigint;
  readonly kind: 'GRANTED' | 'DENIED' | 'NARROWED' | 'WITHDRAWN';
  readonly record: string;
  /** Of a DENIED event an empty list, of these three, means all. */
  readonly categories: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly purposes: readonly string[];
}

export interface HistoryDisclosure {
  readonly client: string;
  readonly source: string;
  readonly epoch: bigint;
  readonly permitted: readonly {
    readonly category: string;
    readonly basis: string;
    readonly reference: string | null;
  }[];
}

export interface HistoryEntry {
  readonly seq: number;
  readonly id: string;
  readonly purpose: string;
  /** As recipients are written: `agency:…`, `role:…`, `person:…`. */
  readonly caller: readonly string[];
  readonly disclosures: readonly HistoryDisclosure[];
}

/** What a caller received: an answer with status 200. Times of one clock, ms. */
export interface HistoryAnswer {
  readonly entry: string;
  readonly client: string;
  /** The categories whose fields were not denied. */
  readonly categories: readonly string[];
  readonly askedAt: number;
}

/** When whoever withdrew or denied was told that it is done. */
export interface HistoryAcknowledgement {
  readonly client: string;
  readonly epoch: bigint;
  readonly at: number;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  readonly entries: readonly HistoryEntry[];
  readonly answers: readonly HistoryAnswer[];
  readonly acknowledgements: readonly HistoryAcknowledgement[];
  /** The epoch of each client when the history began. */
  readonly before: ReadonlyMap<string, bigint>;
}

export type FaultCode =
  | 'EVENTS_OUT_OF_ORDER'
  | 'EPOCH_NOT_CURRENT'
  | 'BASIS_NOT_IN_FORCE'
  | 'BASIS_DENIED'
  | 'ANSWER_WITHOUT_ENTRY'
  | 'ANSWER_BEYOND_ENTRY'
  | 'ANSWER_OLDER_THAN_KNOWN';

export interface Fault {
  readonly code: FaultCode;
  readonly seq: number;
  readonly client: string;
}

/** Every place where the history breaks the promise; none in a true one. */
export function checkHistory(history: History): Fault[] {
  const byClient = groupEvents(history.events);
  return [
    ...[...byClient.values()].flatMap((events) => checkOrder(events, history.before)),
    ...history.entries.flatMap((entry) => checkEntry(entry, byClient, history.before)),
    ...checkAnswers(history),
  ];
}

/** In order of epoch. */
function groupEvents(events: readonly HistoryEvent[]): Map<string, HistoryEvent[]> {
  const groups = new Map<string, HistoryEvent[]>();
  for (const event of events) groups.set(event.client, [...(groups.get(event.client) ?? []), event]);
  for (const group of groups.values()) group.sort((one, other) => (one.epoch < other.epoch ? -1 : 1));
  return groups;
}

/** Epochs grow by one an event, and the places with them. */
function checkOrder(events: readonly HistoryEvent[], before: History['before']): Fault[] {
  let last = { seq: 0, epoch: before.get(events[0]?.client ?? '') ?? 0n };
  return events
    .filter(({ seq }) => seq > 0)
    .flatMap((event): Fault[] => {
      const follows = event.epoch === last.epoch + 1n && event.seq > last.seq;
      last = event;
      return follows ? [] : [{ code: 'EVENTS_OUT_OF_ORDER', seq: event.seq, client: event.client }];
    });
}

function checkEntry(
  entry: HistoryEntry,
  byClient: ReadonlyMap<string, readonly HistoryEvent[]>,
  before: History['before'],
): Fault[] {
  return entry.disclosures.flatMap((disclosure) => {
    const { client } = disclosure;
    const past = (byClient.get(client) ?? []).filter(({ seq }) => seq < entry.seq);
    const current = later(past.at(-1)?.epoch ?? 0n, before.get(client) ?? 0n);
    const fault = (code: FaultCode): Fault => ({ code, seq: entry.seq, client });
    // A refusal rests on nothing that could be withdrawn: its epoch may be older, never later.
    const relies = disclosure.permitted.length > 0;
    const isCurrent = relies ? disclosure.epoch === current : disclosure.epoch <= current;
    return [
      ...(isCurrent ? [] : [fault('EPOCH_NOT_CURRENT')]),
      ...disclosure.permitted.flatMap((permit) => checkPermit(permit, disclosure.source, entry, past).map(fault)),
    ];
  });
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function checkPermit(
  { category, basis, reference }: HistoryDisclosure['permitted'][number],
  source: string,
  entry: HistoryEntry,
  past: readonly HistoryEvent[],
): FaultCode[] {
  if (basis !== 'CONSENT') return [];
  const concerns = (event: HistoryEvent, orAll: boolean): boolean =>
    includes(event.categories, category, orAll) &&
    includes(event.sources, source, orAll) &&
    includes(event.purposes, entry.purpose, orAll) &&
    entry.caller.some((recipient) => includes(event.recipients, recipient, orAll));
  const holds = ({ record }: HistoryEvent): boolean =>
    !past.some(
      (event) =>
        event.record === record &&
        (event.kind === 'WITHDRAWN' || (event.kind === 'NARROWED' && event.categories.includes(category))),
    );
  const grant = past.find((event) => event.kind === 'GRANTED' && event.record === reference);
  const isDenied = past.some((event) => event.kind === 'DENIED' && concerns(event, true) && holds(event));
  return [
    ...(grant !== undefined && concerns(grant, false) && holds(grant) ? [] : (['BASIS_NOT_IN_FORCE'] as const)),
    ...(isDenied ? (['BASIS_DENIED'] as const) : []),
  ];
}

function includes(names: readonly string[], name: string, orAll: boolean): boolean {
  return names.includes(name) || (orAll && names.length === 0);
}

/**
 * What left against what was written down, and against time as callers see it: who asks after a withdrawal was acknowledged
 * is answered by what holds since. This sees a release that the log's own order would excuse.
 */
function checkAnswers({ entries, answers, acknowledgements }: History): Fault[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return answers.flatMap((answer): Fault[] => {
    const { client } = answer;
    const entry = byId.get(answer.entry);
    if (entry === undefined) return [{ code: 'ANSWER_WITHOUT_ENTRY', seq: 0, client }];
    const disclosures = entry.disclosures.filter((disclosure) => disclosure.client === client);
    const permitted = disclosures.flatMap((disclosure) => disclosure.permitted.map(({ category }) => category));
    const relied = disclosures.filter((disclosure) => disclosure.permitted.length > 0);
    const isOld = acknowledgements.some(
      (told) => told.client === client && told.at < answer.askedAt && relied.some(({ epoch }) => epoch < told.epoch),
    );
    return [
      ...(answer.categories.every((category) => permitted.includes(category))
        ? []
        : [{ code: 'ANSWER_BEYOND_ENTRY' as const, seq: entry.seq, client }]),
      ...(isOld ? [{ code: 'ANSWER_OLDER_THAN_KNOWN' as const, seq: entry.seq, client }] : []),
    ];
  });
}
