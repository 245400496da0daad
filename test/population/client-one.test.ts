import { expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { CLIENT_ONE_ID } from '../../population/identity.ts';
import { life } from '../../population/life.ts';
import { daysBetween, lives, TODAY, TODAY_ISO } from './lives.ts';

it('is the client of the examples', () => {
  expect(CLIENT_ONE_ID).toBe(CLIENT_ONE);
  expect(life(99, 1, TODAY).clientId).toBe(CLIENT_ONE);
});

it.each(Array.from({ length: 120 }, (_, n) => new Date(Date.UTC(2026, 10, 22 + n * 7 + (n % 7), n % 24))))(
  'tells the same story on %s',
  (today) => {
    const [one] = lives(1, { today });
    const { sentences, social, employment, health, appointments } = one!;
    const stay = sentences.custody.at(-1)!;
    const now = today.toLocaleDateString('sv-SE', { timeZone: 'Europe/Helsinki' });
    expect(stay).toMatchObject({
      unit: 'HELSINKI',
      phase: 'CLOSED_PRISON',
      releasedOn: null,
      releaseConfidence: 'CONFIRMED',
    });
    expect(sentences.sanctions.at(-1)).toMatchObject({ dayFinesUnpaid: 86, conversionDays: 21 });
    expect(daysBetween(stay.admittedOn, stay.releaseEarliest!)).toBe(21);
    expect(daysBetween(now, stay.releaseEarliest!)).toBe(5);
    const booked = employment.meetings.find(({ state }) => state === 'BOOKED')!;
    expect(booked.at!.slice(0, 10) < stay.releaseEarliest!).toBe(true);
    expect(Date.parse(booked.at!)).toBeGreaterThan(today.getTime());
    expect(appointments.some(({ startsAt }) => startsAt === booked.at)).toBe(true);
    expect(social.housing.at(-1)).toMatchObject({ housingClass: 'RELEASED_WITHOUT_HOUSING', validUntil: null });
    expect(employment.statuses).toMatchObject([{ status: 'S02_UNEMPLOYED', validUntil: null }]);
    // Two controllers of each sector know of him: own register shows.
    expect(new Set(social.housing.map(({ controller }) => controller))).toEqual(
      new Set(['WESTERN_UUSIMAA', 'HELSINKI']),
    );
    expect(health.conditions).toMatchObject([
      { icd10: 'F11.2', controller: 'PRISON_HEALTH' },
      { icd10: 'B18.2', controller: 'HELSINKI' },
    ]);
    const [treatment] = health.substitution;
    expect(treatment).toMatchObject({ mode: 'SUPERVISED_DAILY', receivingClinic: 'HEL_OST_CLINIC' });
    expect(Date.parse(treatment!.nextDoseAt)).toBeGreaterThan(today.getTime());
    for (const { sentAt, receivedAt, decidedAt } of one!.referrals) {
      expect(sentAt < receivedAt! && (decidedAt === null || receivedAt! < decidedAt)).toBe(true);
    }
  },
);

it('has the days of the fixed day', () => {
  const stay = lives(1)[0]!.sentences.custody.at(-1)!;
  expect(stay).toMatchObject({ admittedOn: '2026-11-06', releaseEarliest: '2026-11-27', releaseLatest: '2026-11-27' });
  expect(daysBetween(stay.admittedOn, TODAY_ISO)).toBe(16);
});
