import { describe, expect, it } from 'vitest';
import { dayOfIso, isWorkingDay } from '../../population/calendar.ts';
import type { Life } from '../../population/life.ts';
import { conversionDays } from '../../schema/codes/conversion.ts';
import type { Juncture } from '../../schema/codes/goals.ts';
import { PRISON_UNITS, unitInUse } from '../../schema/codes/units.ts';
import { daysBetween, lives, TODAY, TODAY_ISO } from './lives.ts';

const POPULATION = lives(500);
const last = (life: Life) => life.sentences.custody.at(-1);

describe('a population', () => {
  it('is the same for the same seed and day', () => {
    expect(lives(60)).toEqual(POPULATION.slice(0, 60));
    // In any order, and whatever was made before.
    expect(lives(200).at(-1)).toEqual(POPULATION[199]);
  });

  it('differs by seed, but for the first client', () => {
    const other = lives(20, { seed: 2 });
    expect(other[0]).toEqual(POPULATION[0]);
    for (let n = 1; n < 20; n += 1) expect(other[n]).not.toEqual(POPULATION[n]);
  });

  it.each([
    [1, TODAY],
    [2, TODAY],
    [3, new Date('2027-03-26T05:00:00Z')],
    [4, new Date('2028-02-29T22:30:00Z')],
  ])('of 500 clients has every juncture today (seed %i)', (seed, today) => {
    const found = new Set<Juncture>();
    const iso = today.toLocaleDateString('sv-SE', { timeZone: 'Europe/Helsinki' });
    for (const life of lives(500, { seed, today })) for (const one of junctures(life, iso)) found.add(one);
    expect([...found].sort()).toEqual(
      ['ADMISSION', 'BEFORE_RELEASE', 'DAY_1', 'DAY_30', 'DAY_7', 'DAY_90', 'PLAN', 'RELEASE_DAY'].sort(),
    );
  });

  it('has people inside for every reason, and outside', () => {
    const inside = POPULATION.filter((life) => last(life)?.releasedOn === null);
    expect(inside.length).toBeGreaterThan(200);
    expect(POPULATION.length - inside.length).toBeGreaterThan(120);
    const types = new Set(inside.map(({ sentences }) => sentences.sanctions[sentences.custody.length - 1]!.type));
    expect([...types].sort()).toEqual(['CONVERSION_SENTENCE', 'REMAND', 'UNCONDITIONAL_IMPRISONMENT']);
    const phases = new Set(POPULATION.flatMap(({ sentences }) => sentences.custody.map(({ phase }) => phase)));
    expect(phases.size).toBe(6);
  });

  it('speaks like the region: Swedish, interpreters, protection orders', () => {
    const many = lives(4_000);
    const share = (test: (life: Life) => boolean) => many.filter(test).length / many.length;
    expect(share(({ person }) => person.language === 'SV')).toBeCloseTo(0.06, 1);
    expect(share(({ person }) => person.language === 'SV')).toBeGreaterThan(0.045);
    expect(share(({ person }) => person.interpreterLanguage !== null)).toBeGreaterThan(0.03);
    expect(share(({ person }) => person.protectionOrder)).toBeGreaterThan(0.012);
    expect(share(({ person }) => person.protectionOrder)).toBeLessThan(0.03);
    expect(share(({ person }) => person.municipality === '091')).toBeGreaterThan(0.4);
  });

  it('has people without a home at release, and substitution whose next dose falls around it', () => {
    const homeless = POPULATION.filter(({ social }) =>
      social.housing.some(
        ({ housingClass, validUntil }) => housingClass === 'RELEASED_WITHOUT_HOUSING' && validUntil === null,
      ),
    );
    expect(homeless.length).toBeGreaterThan(40);
    const around = lives(1_500).filter((life) => {
      const [treatment] = life.health.substitution;
      const release = last(life)?.releaseEarliest;
      return treatment && release && Math.abs(daysBetween(treatment.nextDoseAt, release)) <= 7;
    });
    expect(around.length).toBeGreaterThan(5);
  });
});

describe('every life', () => {
  it('is released after it was admitted, and serves a conversion sentence in full unless the fine is paid', () => {
    for (const { sentences } of POPULATION) {
      for (const [n, stay] of sentences.custody.entries()) {
        const sanction = sentences.sanctions[n]!;
        expect(stay.admittedOn <= TODAY_ISO).toBe(true);
        expect(sanction.decidedOn <= stay.admittedOn).toBe(true);
        if (stay.releasedOn !== null)
          expect(stay.releasedOn >= stay.admittedOn && stay.releasedOn <= TODAY_ISO).toBe(true);
        const next = sentences.custody[n + 1];
        if (next) expect(next.admittedOn > stay.releasedOn!).toBe(true);
        if (sanction.conversionDays === null) continue;
        expect(sanction.conversionDays).toBe(conversionDays(sanction.dayFinesUnpaid!, new Date(sanction.decidedOn)));
        const days = daysBetween(stay.admittedOn, stay.releasedOn ?? stay.releaseEarliest!);
        if (n === sentences.custody.length - 1 && daysBetween(stay.releasedOn ?? TODAY_ISO, TODAY_ISO) > 100) {
          expect(days).toBeLessThanOrEqual(sanction.conversionDays);
        } else expect(days).toBe(sanction.conversionDays);
      }
    }
  });

  it('serves each phase in a unit whose security fits, in use on the day', () => {
    for (const { sentences } of POPULATION) {
      const { unit, phase } = sentences.custody.at(-1) ?? { unit: 'HELSINKI', phase: 'RELEASED' };
      const { security } = PRISON_UNITS[unit];
      if (phase === 'CLOSED_PRISON' || phase === 'REMAND') expect(security).not.toBe('OPEN');
      if (phase === 'OPEN_PRISON') expect(security).not.toBe('CLOSED');
      expect(unitInUse(unit, TODAY_ISO)).toBe(true);
    }
  });

  it('has a release window that lies ahead, with source, as-of and confidence, exactly while inside', () => {
    for (const life of POPULATION) {
      for (const stay of life.sentences.custody) {
        if (stay.releasedOn !== null) expect(stay.releaseEarliest).toBeNull();
        if (stay.releaseEarliest === null) continue;
        expect(stay.releaseEarliest >= TODAY_ISO && stay.releaseLatest! >= stay.releaseEarliest).toBe(true);
        expect(Date.parse(stay.releaseAsOf!)).toBeLessThan(TODAY.getTime());
        expect(stay.releaseSource && stay.releaseConfidence).toBeTruthy();
      }
    }
  });

  it.each([TODAY, new Date('2026-11-22T05:00:00Z'), new Date('2027-06-30T05:29:00Z')])(
    'gets its next dose after the last one, and the last one has been given (%s)',
    (today) => {
      for (const { health } of lives(1_500, { today })) {
        for (const { lastDoseAt, nextDoseAt, givingUnit, receivingClinic, startedOn } of health.substitution) {
          expect(Date.parse(lastDoseAt)).toBeLessThanOrEqual(today.getTime());
          expect(Date.parse(nextDoseAt)).toBeGreaterThan(today.getTime());
          expect(startedOn < lastDoseAt).toBe(true);
          expect(receivingClinic).not.toBe(givingUnit);
          expect(health.conditions.some(({ icd10 }) => icd10 === 'F11.2')).toBe(true);
          expect(health.medications.some(({ atc }) => atc === 'N07BB04')).toBe(false);
        }
      }
    },
  );

  it('is decided on within seven working days of its application for assistance', () => {
    for (const { social } of POPULATION) {
      for (const { appliedOn, decidedOn, outcome } of social.assistance) {
        expect(decidedOn === null).toBe(outcome === null);
        const end = dayOfIso(decidedOn ?? TODAY_ISO);
        let working = 0;
        for (let day = dayOfIso(appliedOn) + 1; day <= end; day += 1) working += Number(isWorkingDay(day));
        expect(working).toBeLessThanOrEqual(7);
        if (decidedOn !== null) expect(isWorkingDay(end)).toBe(true);
      }
    }
  });

  it('has one current housing, one current status, and a plan’s parts under the plan', () => {
    for (const { social, employment, sentences } of POPULATION) {
      expect(social.housing.filter(({ validUntil }) => validUntil === null).length).toBeLessThanOrEqual(1);
      expect(employment.statuses.filter(({ validUntil }) => validUntil === null).length).toBe(
        employment.statuses.length > 0 ? 1 : 0,
      );
      for (const [n, { validFrom }] of employment.statuses.entries()) {
        if (n > 0) expect(validFrom > employment.statuses[n - 1]!.validUntil!).toBe(true);
      }
      const plans = new Set(sentences.plans.map(({ id }) => id));
      for (const { planId } of [...sentences.planGoals, ...sentences.activities, ...sentences.releasePlans])
        expect(plans.has(planId)).toBe(true);
    }
  });

  it('meets the employment office before release when it meets it inside', () => {
    const meetings = POPULATION.flatMap((life) =>
      life.employment.meetings
        .filter(({ prisonUnit, at }) => prisonUnit !== null && at !== null)
        .map(({ at }) => ({ at: at!, stay: last(life)! })),
    );
    expect(meetings.length).toBeGreaterThan(50);
    for (const { at, stay } of meetings) {
      expect(at.slice(0, 10) >= stay.admittedOn).toBe(true);
      const end = stay.releasedOn ?? stay.releaseLatest;
      if (end !== null) expect(at.slice(0, 10) <= end).toBe(true);
    }
  });
});

/** The junctures of domain.md that a client is at today. */
function junctures(life: Life, today: string): Juncture[] {
  const stay = last(life);
  if (stay === undefined) return [];
  const found: Juncture[] = [];
  const since = stay.releasedOn === null ? undefined : daysBetween(stay.releasedOn, today);
  const left = stay.releaseEarliest === null ? undefined : daysBetween(today, stay.releaseEarliest);
  if (daysBetween(stay.admittedOn, today) <= 1) found.push('ADMISSION');
  if (life.sentences.plans.some(({ state }) => state === 'DRAFT')) found.push('PLAN');
  if (left !== undefined && left >= 30 && left <= 90) found.push('BEFORE_RELEASE');
  if (since === 0 || left === 0) found.push('RELEASE_DAY');
  for (const days of [1, 7, 30, 90] as const) if (since === days) found.push(`DAY_${days}`);
  return found;
}
