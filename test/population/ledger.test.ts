import { describe, expect, it } from 'vitest';
import type { Life } from '../../population/life.ts';
import { CATEGORIES, CATEGORY_NAMES } from '../../schema/categories.ts';
import { demoUser, lives, TODAY } from './lives.ts';

const POPULATION = lives(500);
const coordinator = demoUser('coordinator');

describe('the ledger of every life', () => {
  it('numbers its epochs from one without a gap, in order of time, each for one fact', () => {
    for (const { ledger } of POPULATION) {
      expect(ledger.epochs.map(({ epoch }) => epoch)).toEqual(ledger.epochs.map((_, n) => n + 1));
      const times = ledger.epochs.map(({ at }) => Date.parse(at));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const { relationships, relationshipEnds, guardians, events } = ledger;
      const facts = [...relationships, ...relationshipEnds, ...guardians, ...events].map(({ epoch }) => epoch);
      expect(facts.sort((a, b) => a - b)).toEqual(ledger.epochs.map(({ epoch }) => epoch));
    }
  });

  it('changes only records that were opened before', () => {
    for (const { ledger } of POPULATION) {
      const openings = new Map(ledger.events.filter(({ id, recordId }) => id === recordId).map((one) => [one.id, one]));
      for (const event of ledger.events) {
        expect(Date.parse(event.at)).toBeLessThan(TODAY.getTime());
        if (event.kind === 'GRANTED' || event.kind === 'DENIED') continue;
        const opening = openings.get(event.recordId)!;
        expect(opening.epoch).toBeLessThan(event.epoch);
        expect(event.categories.every((category) => opening.categories.includes(category))).toBe(true);
      }
    }
  });

  it('names in a consent the sources of its categories, never sanction details', () => {
    for (const { kind, categories, sources, recipients, purposes } of POPULATION.flatMap(
      ({ ledger }) => ledger.events,
    )) {
      expect(categories).not.toContain('SANCTION_DETAILS');
      if (kind !== 'GRANTED') continue;
      expect(new Set(sources)).toEqual(new Set(categories.map((category) => CATEGORIES[category].source)));
      expect(recipients.length * purposes.length).toBeGreaterThan(0);
    }
  });
});

describe('the demo users', () => {
  it('the coordinator has about sixty clients, the peer about ten, the first client among them', () => {
    expect(clientsOf(coordinator.id)).toHaveLength(60);
    expect(clientsOf(demoUser('peer').id)).toHaveLength(10);
    expect(clientsOf(coordinator.id)[0]).toBe(POPULATION[0]!.clientId);
  });

  it('the guardian acts for the second client alone, over some of their data', () => {
    const guardian = demoUser('guardian');
    const wards = POPULATION.filter(({ ledger }) => ledger.guardians.length > 0);
    expect(wards.map(({ clientId }) => clientId)).toEqual(guardian.actingFor);
    expect(wards[0]).toBe(POPULATION[1]);
    const [mandate, ...others] = wards[0]!.ledger.guardians;
    expect([mandate, others]).toMatchObject([{ person: guardian.id, mayConsent: true, validUntil: null }, []]);
    expect(mandate!.categories).not.toContain('SANCTION_DETAILS');
    expect(mandate!.categories.length).toBeLessThan(CATEGORY_NAMES.length / 2);
    expect(Date.parse(mandate!.validFrom)).toBeLessThan(TODAY.getTime());
  });

  it.each(['rise-worker', 'social-worker', 'employment-specialist', 'health-professional'])(
    'the unit of %s has clients',
    (username) => {
      const { organisation, unit } = demoUser(username);
      const clients = POPULATION.filter(({ ledger }) =>
        ledger.relationships.some((one) => one.organisation === organisation && one.unit === unit),
      );
      expect(clients.length).toBeGreaterThan(50);
      expect(clients.length).toBeLessThan(300);
      expect(clients[0]).toBe(POPULATION[0]);
    },
  );

  it('the coordinator’s clients have consented differently', () => {
    const ids = new Set(clientsOf(coordinator.id));
    const mine = POPULATION.filter(({ clientId }) => ids.has(clientId));
    const kinds = mine.map(({ ledger }) =>
      ledger.events.map(({ kind, categories }) => `${kind} ${categories.join()}`).join('; '),
    );
    expect(new Set(kinds).size).toBeGreaterThan(30);
    expect(mine.filter(({ ledger }) => ledger.events.some(({ kind }) => kind === 'DENIED')).length).toBeGreaterThan(8);
    expect(mine.filter(({ ledger }) => ledger.events.some(({ kind }) => kind === 'WITHDRAWN')).length).toBeGreaterThan(
      8,
    );
    expect(mine.filter(({ ledger }) => ledger.events.length === 0).length).toBeGreaterThan(2);
  });
});

function clientsOf(person: string): string[] {
  return POPULATION.filter(({ ledger }: Life) => ledger.relationships.some((one) => one.person === person)).map(
    ({ clientId }) => clientId,
  );
}
