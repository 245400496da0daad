import fc from 'fast-check';
import { CHANNELS } from '../../consent/channel.ts';
import type { LedgerEvent } from '../../consent/event.ts';
import type { LedgerRecord, RecordState } from '../../consent/history.ts';
import { INFORMATION_LANGUAGES, INFORMATION_VERSIONS, type InformationVersion } from '../../consent/information.ts';
import { foldRecords, remainingOf } from '../../consent/records.ts';
import { isShareable, PROFESSIONAL_ROLES, RECIPIENT_PURPOSES, RECIPIENT_ROLES } from '../../consent/tables.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../schema/categories.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 22, 10);

const SHAREABLE = CATEGORY_NAMES.filter(isShareable);

/** A record as `listRecords` would give it at NOW: any consent or denial, in any state, with any history that the ledger takes. */
export const records: fc.Arbitrary<LedgerRecord> = fc
  .constantFrom('GRANTED' as const, 'DENIED' as const)
  .chain((kind) => {
    // A denial's empty list means all; a consent's cannot be.
    const some = (names: readonly string[]) => fc.subarray([...names], { minLength: kind === 'DENIED' ? 0 : 1 });
    return fc
      .record({
        id: fc.uuid(),
        clientId: fc.uuid(),
        categories: some(SHAREABLE),
        sources: some(Object.keys(AGENCIES)),
        recipients: fc.uuid().chain((person) => some([...RECIPIENTS, `person:${person}`])),
        purposes: some(RECIPIENT_PURPOSES),
        from: fc.integer({ min: -400, max: 30 }),
        until: fc.option(fc.integer({ min: 31, max: 400 })),
        expired: fc.boolean(),
        informationVersion: fc.constantFrom(...(Object.keys(INFORMATION_VERSIONS) as InformationVersion[])),
        informationLanguage: fc.constantFrom(...INFORMATION_LANGUAGES),
        channel: fc.constantFrom(...CHANNELS),
        givenBy: fc.constantFrom('CLIENT' as const, 'GUARDIAN' as const),
        recordedBy: fc.uuid(),
        recordedRole: fc.constantFrom('client' as const, 'guardian' as const, ...PROFESSIONAL_ROLES),
        narrowings: fc.array(fc.tuple(fc.uuid(), fc.infiniteStream(fc.boolean())), { maxLength: 3 }),
        withdrawal: fc.option(fc.uuid(), { freq: 2 }),
      })
      .map(({ from, until, expired, narrowings, withdrawal, ...given }) => {
        const at = NOW - 500 * DAY;
        const begin = kind === 'DENIED' ? at : NOW + (expired ? -450 : from) * DAY;
        const end = kind === 'DENIED' || until === null ? null : NOW + (expired ? -until : until) * DAY;
        const opening: LedgerEvent = { ...given, kind, epoch: 1n, recordId: given.id, from: begin, until: end, at };
        return recordOf([opening, ...laterEvents(opening, narrowings, withdrawal)]);
      });
  });

const RECIPIENTS = [
  ...Object.keys(AGENCIES).map((agency) => `agency:${agency}`),
  ...RECIPIENT_ROLES.map((role) => `role:${role}`),
];

/** As `withdrawConsent` records them: a part of what is left, never all of it, or the whole. */
function laterEvents(
  opening: LedgerEvent,
  narrowings: readonly (readonly [string, Iterable<boolean>])[],
  withdrawal: string | null,
): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  const leftAfter = (...more: LedgerEvent[]) => remainingOf(foldRecords([opening, ...events, ...more])[0]!);
  const change = (id: string, kind: 'NARROWED' | 'WITHDRAWN', categories: readonly string[]): LedgerEvent => {
    const at = opening.at + (events.length + 1) * DAY;
    return { ...opening, id, kind, categories, epoch: BigInt(events.length + 2), from: at, until: null, at };
  };
  for (const [id, picks] of narrowings) {
    const pick = picks[Symbol.iterator]();
    const narrowing = change(
      id,
      'NARROWED',
      leftAfter().filter(() => pick.next().value === true),
    );
    if (narrowing.categories.length > 0 && leftAfter(narrowing).length > 0) events.push(narrowing);
  }
  if (withdrawal !== null) events.push(change(withdrawal, 'WITHDRAWN', leftAfter()));
  return events;
}

export function recordOf(history: readonly LedgerEvent[]): LedgerRecord {
  const [folded] = foldRecords(history);
  if (folded === undefined) throw new TypeError('expected an opening event');
  const { opening, withdrawn } = folded;
  return {
    id: folded.id,
    clientId: opening.clientId,
    kind: opening.kind === 'GRANTED' ? 'CONSENT' : 'DENIAL',
    state: stateOf(opening, withdrawn, folded.taken.size > 0),
    categories: withdrawn ? [] : remainingOf(folded),
    opening,
    history,
  };
}

function stateOf({ kind, from, until }: LedgerEvent, withdrawn: boolean, narrowed: boolean): RecordState {
  if (withdrawn) return 'WITHDRAWN';
  if (kind === 'GRANTED' && until !== null && until <= NOW) return 'EXPIRED';
  if (kind === 'GRANTED' && from > NOW) return 'NOT_YET_IN_FORCE';
  return narrowed ? 'NARROWED' : 'IN_FORCE';
}

/** Every string value inside, however deep: what a reader of the export can learn. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
