import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import type { AuditLog } from '../../audit/log.ts';
import { sealEntry } from '../../audit/written.ts';
import { ALL_BASES } from '../../consent/bases.ts';
import type { ClientFacts } from '../../consent/decision.ts';
import { Decisions } from '../../gateway/decide.ts';
import type { Life } from '../../gateway/life.ts';
import { record } from '../../gateway/record.ts';
import { AGENCIES, type Agency, CATEGORY_NAMES, type CategoryName } from '../../schema/categories.ts';
import { consentTo, facts, NOW, relationshipOf, user } from '../consent/harness.ts';

const worker = user('coordinator');
const known = facts(relationshipOf(worker), consentTo('MEDICATION'), consentTo('HOUSING'));

/** An operation asks the same lists each time. */
const LISTS: readonly (readonly CategoryName[])[] = [
  ['MEDICATION', 'HOUSING', 'CUSTODY_DATES'],
  ['HOUSING'],
  CATEGORY_NAMES,
];

interface Telling {
  readonly asked: readonly CategoryName[];
  readonly hidden: boolean;
  readonly records: readonly (readonly [Agency, number])[];
}

const tellings = fc.array(
  fc.record({
    asked: fc.constantFrom(...LISTS),
    hidden: fc.boolean(),
    records: fc.array(fc.tuple(fc.constantFrom(...(Object.keys(AGENCIES) as Agency[])), fc.nat({ max: 2 })), {
      maxLength: 2,
    }),
  }),
  { minLength: 2, maxLength: 8 },
);

/** What the entry says of the disclosures, and the epochs that it relies on. */
async function tell({ asked, hidden, records }: Telling, given: ClientFacts): Promise<unknown> {
  const { clientId } = given;
  const decisions = new Decisions({
    load: async (ids) => new Map(ids.map((id) => [id, given])),
    bases: ALL_BASES,
    principal: worker,
    purpose: 'SERVICE_COORDINATION',
    now: NOW,
    asked,
    fresh: false,
  });
  await decisions.reach([clientId]);
  const life = {
    requestId: randomUUID(),
    auditId: randomUUID(),
    principal: worker,
    purpose: 'SERVICE_COORDINATION',
    operation: { operation: 'query' },
    roots: [],
    decisions,
    records: new Map(records.map(([agency, count]) => [agency, new Map([[clientId, count]])])),
    unavailable: new Map(),
  } as unknown as Life;
  let told: [AuditEntry, ReadonlyMap<string, bigint>] | undefined;
  const log: AuditLog = {
    append: async (...entry) => {
      told = entry;
      return 'durable';
    },
    ready: async () => true,
  };
  await record(life, [{ clientId, shownAs: hidden ? null : clientId, asked }], log, 'a gateway');
  const [entry, epochs] = told!;
  return [entry.disclosures, entry.clients, JSON.parse(sealEntry(entry).body).disclosures, epochs];
}

test('what an entry says of a client again is what it would say anew', async () => {
  await fc.assert(
    fc.asyncProperty(tellings, async (each) => {
      for (const telling of each) expect(await tell(telling, known)).toEqual(await tell(telling, { ...known }));
    }),
    { numRuns: 300 },
  );
});
