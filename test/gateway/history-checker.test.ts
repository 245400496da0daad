import { describe, expect, test } from 'vitest';
import {
  checkHistory,
  type FaultCode,
  type History,
  type HistoryAnswer,
  type HistoryEntry,
  type HistoryEvent,
} from './history-checker.ts';

const CLIENT = 'client';
const COORDINATOR = ['agency:EMPLOYMENT_SERVICES', 'role:coordinator', 'person:5'];

function event(
  seq: number,
  epoch: number,
  kind: HistoryEvent['kind'],
  given: Partial<HistoryEvent> = {},
): HistoryEvent {
  return {
    seq,
    client: CLIENT,
    epoch: BigInt(epoch),
    kind,
    record: 'consent',
    categories: ['MEDICATION'],
    sources: ['HEALTH_CARE'],
    recipients: ['role:coordinator'],
    purposes: ['SERVICE_COORDINATION'],
    ...given,
  };
}

/** An entry that permits medication on the consent, or with `null` nothing. */
function entry(
  seq: number,
  epoch: number,
  reference: string | null = 'consent',
  category = 'MEDICATION',
): HistoryEntry {
  return {
    seq,
    id: `entry ${seq}`,
    purpose: 'SERVICE_COORDINATION',
    caller: COORDINATOR,
    disclosures: [
      {
        client: CLIENT,
        source: 'HEALTH_CARE',
        epoch: BigInt(epoch),
        permitted: reference === null ? [] : [{ category, basis: 'CONSENT', reference }],
      },
    ],
  };
}

const answer = (seq: number, given: Partial<HistoryAnswer> = {}): HistoryAnswer => ({
  entry: `entry ${seq}`,
  client: CLIENT,
  categories: ['MEDICATION'],
  askedAt: 100,
  ...given,
});

function faultsOf(parts: Partial<History>): FaultCode[] {
  const none = { events: [], entries: [], answers: [], acknowledgements: [], before: new Map([[CLIENT, 1n]]) };
  return checkHistory({ ...none, ...parts }).map(({ code }) => code);
}

const GRANTED = event(1, 2, 'GRANTED');
const DENIED = { record: 'denial', sources: [], recipients: [], purposes: [] };

describe('a true history has no fault', () => {
  test.each<[string, Partial<History>]>([
    ['nothing', {}],
    ['granted, then relied on', { events: [GRANTED], entries: [entry(2, 2)] }],
    ['relied on, then withdrawn', { events: [GRANTED, event(3, 3, 'WITHDRAWN')], entries: [entry(2, 2)] }],
    ['withdrawn, then refused', { events: [GRANTED, event(2, 3, 'WITHDRAWN')], entries: [entry(3, 3, null)] }],
    ['refused on what was known a moment ago', { events: [GRANTED], entries: [entry(2, 1, null)] }],
    [
      'granted before the history began',
      { events: [event(0, 1, 'GRANTED')], entries: [entry(1, 1)], before: new Map([[CLIENT, 1n]]) },
    ],
    [
      'granted before the history began, and something else changed since',
      { events: [event(0, 1, 'GRANTED')], entries: [entry(1, 4)], before: new Map([[CLIENT, 4n]]) },
    ],
    [
      'withdrawn, and relied on another consent',
      {
        events: [GRANTED, event(2, 3, 'GRANTED', { record: 'other' }), event(3, 4, 'WITHDRAWN')],
        entries: [entry(4, 4, 'other')],
      },
    ],
    [
      'the denial withdrawn: the consent holds again',
      {
        events: [GRANTED, event(2, 3, 'DENIED', DENIED), event(3, 4, 'WITHDRAWN', DENIED)],
        entries: [entry(4, 4)],
      },
    ],
    [
      'denied to others',
      { events: [GRANTED, event(2, 3, 'DENIED', { ...DENIED, recipients: ['role:peer'] })], entries: [entry(3, 3)] },
    ],
    [
      'narrowed by another category',
      { events: [GRANTED, event(2, 3, 'NARROWED', { categories: ['HOUSING'] })], entries: [entry(3, 3)] },
    ],
    [
      'answered as written, asked before the withdrawal was acknowledged',
      {
        events: [GRANTED, event(3, 3, 'WITHDRAWN')],
        entries: [entry(2, 2)],
        answers: [answer(2)],
        acknowledgements: [{ client: CLIENT, epoch: 3n, at: 101 }],
      },
    ],
  ])('%s', (_what, parts) => {
    expect(faultsOf(parts)).toEqual([]);
  });
});

describe('a false one is found out', () => {
  test.each<[string, Partial<History>, FaultCode[]]>([
    [
      'relied on after the withdrawal',
      { events: [GRANTED, event(2, 3, 'WITHDRAWN')], entries: [entry(3, 2)] },
      ['EPOCH_NOT_CURRENT', 'BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on after the withdrawal, under the new epoch',
      { events: [GRANTED, event(2, 3, 'WITHDRAWN')], entries: [entry(3, 3)] },
      ['BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on after it was narrowed',
      { events: [GRANTED, event(2, 3, 'NARROWED')], entries: [entry(3, 3)] },
      ['BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on after a denial of everything',
      { events: [GRANTED, event(2, 3, 'DENIED', DENIED)], entries: [entry(3, 3)] },
      ['BASIS_DENIED'],
    ],
    [
      'relied on before it was granted',
      { events: [event(2, 2, 'GRANTED')], entries: [entry(1, 2)] },
      ['EPOCH_NOT_CURRENT', 'BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on for a category that it does not name',
      { events: [GRANTED], entries: [entry(2, 2, 'consent', 'HOUSING')] },
      ['BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on a consent to somebody else',
      { events: [{ ...GRANTED, recipients: ['role:peer'] }], entries: [entry(2, 2)] },
      ['BASIS_NOT_IN_FORCE'],
    ],
    [
      'relied on a consent of another client',
      { events: [{ ...GRANTED, client: 'other', epoch: 1n }], entries: [entry(2, 1)] },
      ['BASIS_NOT_IN_FORCE'],
    ],
    [
      'refused on an epoch that is yet to come',
      { events: [GRANTED], entries: [entry(2, 3, null)] },
      ['EPOCH_NOT_CURRENT'],
    ],
    [
      'another basis, on an old epoch',
      {
        events: [GRANTED],
        entries: [
          {
            ...entry(2, 1),
            disclosures: [
              {
                client: CLIENT,
                source: 'EMPLOYMENT_SERVICES',
                epoch: 1n,
                permitted: [{ category: 'EMPLOYMENT', basis: 'OWN_REGISTER', reference: 'r' }],
              },
            ],
          },
        ],
      },
      ['EPOCH_NOT_CURRENT'],
    ],
    ['an epoch skipped', { events: [GRANTED, event(2, 4, 'WITHDRAWN')] }, ['EVENTS_OUT_OF_ORDER']],
    ['an epoch twice', { events: [GRANTED, event(2, 2, 'WITHDRAWN')] }, ['EVENTS_OUT_OF_ORDER']],
    ['places against epochs', { events: [event(3, 2, 'GRANTED'), event(2, 3, 'WITHDRAWN')] }, ['EVENTS_OUT_OF_ORDER']],
    ['an answer that was not written down', { answers: [answer(9)] }, ['ANSWER_WITHOUT_ENTRY']],
    [
      'an answer that gives more than was written down',
      { events: [GRANTED], entries: [entry(2, 2)], answers: [answer(2, { categories: ['MEDICATION', 'HOUSING'] })] },
      ['ANSWER_BEYOND_ENTRY'],
    ],
    [
      'an answer about another client than was written down',
      { events: [GRANTED], entries: [entry(2, 2)], answers: [answer(2, { client: 'other' })] },
      ['ANSWER_BEYOND_ENTRY'],
    ],
    [
      'asked after the withdrawal was acknowledged, whatever the places say',
      {
        events: [GRANTED, event(3, 3, 'WITHDRAWN')],
        entries: [entry(2, 2)],
        answers: [answer(2)],
        acknowledgements: [{ client: CLIENT, epoch: 3n, at: 99 }],
      },
      ['ANSWER_OLDER_THAN_KNOWN'],
    ],
  ])('%s', (_what, parts, codes) => {
    expect(faultsOf(parts)).toEqual(codes);
  });
});
