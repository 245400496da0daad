import { describe, expect, test } from 'vitest';
import { decide } from '../../consent/decide.ts';
import { EMERGENCY_GROUNDS } from '../../consent/grounds.ts';
import { mayRecord } from '../../consent/recording.ts';
import { EMERGENCY_ROLES } from '../../consent/tables.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import {
  CLIENT,
  consentTo,
  DAY,
  declaredBy,
  denialOf,
  emergencyOf,
  expectDeny,
  expectPermit,
  facts,
  GUARDIAN,
  HOUR,
  mandateOf,
  NOW,
  OTHER_CLIENT,
  type Part,
  permitted,
  relationshipOf,
  user,
} from './harness.ts';

const social = user('social-worker');
const HEALTH_AND_CONTACT = ['IDENTITY_CONTACT', 'MEDICATION', 'HEALTH_CONDITIONS'];

describe('1: a relationship that the worker has declared', () => {
  const preparing = (...parts: readonly Part[]) => ({
    who: social,
    purpose: 'RELEASE_PREPARATION',
    about: facts(...parts),
  });
  const decisionOn = (...parts: readonly Part[]) =>
    decide(
      { principal: social, purpose: 'RELEASE_PREPARATION', clientId: CLIENT, categories: ['HOUSING'] },
      facts(...parts),
      NOW,
    );

  test('counts like any other, and is flagged until it is reviewed', () => {
    expectPermit('HOUSING', preparing(declaredBy(social)), 'OWN_REGISTER', 'declared by social-worker');
    expect(decisionOn(declaredBy(social))).toMatchObject({ relationship: true, flagged: true });
    expect(decisionOn(declaredBy(social, { review: 'APPROVED' }))).toMatchObject({
      relationship: true,
      flagged: false,
    });
  });

  test('beside one that an agency has recorded it is not what is relied on', () => {
    for (const id of ['a', 'z']) {
      const both = [declaredBy(social), relationshipOf(social, { id })];
      expectPermit('HOUSING', preparing(...both), 'OWN_REGISTER', id);
      expect(decisionOn(...both).flagged).toBe(false);
    }
  });

  test.each([
    ['that a review has rejected', { review: 'REJECTED' as const }],
    ['whose time has passed', { until: NOW }],
    ['without an end', { until: null }],
    ['older than 30 days, whatever its end', { from: NOW - 30 * DAY, until: NOW + DAY }],
    ['of a colleague', { person: user('peer').id }],
  ])('%s is none', (_, given) => {
    expectDeny('HOUSING', preparing(declaredBy(social, given)), 'NO_RELATIONSHIP', 'NO_CURRENT_RELATIONSHIP');
    expect(decisionOn(declaredBy(social, given))).toMatchObject({ relationship: false, flagged: false });
  });
});

describe('guardians', () => {
  const asking = (...parts: readonly Part[]) => ({ who: GUARDIAN, purpose: 'OWN_DATA', about: facts(...parts) });
  const mandate = mandateOf(GUARDIAN, ['HOUSING', 'CUSTODY', 'MEDICATION']);

  test('see what their mandate covers, parts of it too, and nothing else', () => {
    expect(permitted(asking(mandate))).toEqual(['CUSTODY', 'CUSTODY_DATES', 'HOUSING', 'MEDICATION']);
    expectPermit('HOUSING', asking(mandate), 'GUARDIAN', 'mandate of guardian');
    expectDeny('EMPLOYMENT', asking(mandate), 'NO_BASIS', 'OUTSIDE_MANDATE');
  });

  test('several mandates add up', () => {
    const more = mandateOf(GUARDIAN, ['EMPLOYMENT'], { id: 'another' });
    expectPermit('EMPLOYMENT', asking(mandate, more), 'GUARDIAN', 'another');
    expectPermit('HOUSING', asking(mandate, more), 'GUARDIAN', 'mandate of guardian');
  });

  test.each([
    ['to the person', [`person:${GUARDIAN.id}`]],
    ['to guardians', ['role:guardian']],
    ['to everyone', []],
  ])('are denied by the client, a minor too: %s', (_, recipients) => {
    const asked = asking(mandate, denialOf('HOUSING', { recipients }));
    expectDeny('HOUSING', asked, 'NO_BASIS', 'GUARDIAN_DENIED');
    expectPermit('MEDICATION', asked, 'GUARDIAN');
  });

  test('are not closed out by a denial to others', () => {
    expectPermit('HOUSING', asking(mandate, denialOf('HOUSING', { recipients: ['role:coordinator'] })), 'GUARDIAN');
  });

  test('sanction details never leave the prison service, by no mandate', () => {
    expectDeny('SANCTION_DETAILS', asking(mandateOf(GUARDIAN, CATEGORY_NAMES)), 'NOT_FOR_ROLE', 'NEVER_SHARED');
  });

  test.each([
    ['no mandate', []],
    ['one of another guardian', [mandateOf(GUARDIAN, ['HOUSING'], { person: 'someone' })]],
    ['one that has ended', [mandateOf(GUARDIAN, ['HOUSING'], { until: NOW })]],
    ['one that has not begun', [mandateOf(GUARDIAN, ['HOUSING'], { from: NOW + 1 })]],
    ['a worker’s relationship instead', [relationshipOf({ ...social, id: GUARDIAN.id })]],
  ])('with %s there is no tie', (_, parts) => {
    expectDeny('HOUSING', asking(...parts), 'NO_RELATIONSHIP');
  });

  test('a mandate without a sign-in that says for whom is no tie either', () => {
    for (const actingFor of [[], [OTHER_CLIENT]]) {
      expectDeny('HOUSING', { ...asking(mandate), who: { ...GUARDIAN, actingFor } }, 'NO_RELATIONSHIP');
    }
  });

  test('ask for own data only', () => {
    const asked = { ...asking(mandate), purpose: 'SERVICE_COORDINATION' };
    expectDeny('HOUSING', asked, 'NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE');
  });

  test('record what the client wants when their mandate says so', () => {
    const may = (...parts: readonly Part[]) => mayRecord(GUARDIAN, facts(...parts), NOW);
    expect(may(mandate)).toMatchObject({ decision: 'DENY' });
    expect(may(mandateOf(GUARDIAN, ['HOUSING'], { mayConsent: true }))).toEqual({
      decision: 'PERMIT',
      role: 'guardian',
      channels: ['ELECTRONIC'],
      givenBy: 'GUARDIAN',
    });
    expect(may(mandateOf(GUARDIAN, ['HOUSING'], { mayConsent: true, until: NOW }))).toMatchObject({ decision: 'DENY' });
  });
});

describe('6: emergency', () => {
  const inEmergency = (name: string, ...parts: readonly Part[]) => ({
    who: user(name),
    purpose: 'EMERGENCY',
    about: facts(...parts),
  });

  test.each(EMERGENCY_ROLES)(
    '%s sees contact and health data, with no relationship and whatever the client denies',
    (name) => {
      const asked = inEmergency(name, emergencyOf(user(name)), denialOf(undefined));
      expect(permitted(asked)).toEqual(HEALTH_AND_CONTACT);
      for (const category of HEALTH_AND_CONTACT) expectPermit(category, asked, 'EMERGENCY', `emergency of ${name}`);
      expectDeny('HOUSING', asked, 'NOT_FOR_PURPOSE');
    },
  );

  test.each(Object.keys(EMERGENCY_GROUNDS))('on the ground %s', (ground) => {
    expectPermit('MEDICATION', inEmergency('coordinator', emergencyOf(user('coordinator'), { ground })), 'EMERGENCY');
  });

  test.each([
    ['on no listed ground', { ground: 'CURIOSITY' }],
    ['of a colleague', { person: 'someone' }],
    ['of another agency', { agency: 'SOCIAL_SERVICES' }],
    ['that is over', { until: NOW }],
    ['that has not begun', { from: NOW + 1 }],
    ['older than 24 hours, whatever its end', { from: NOW - 24 * HOUR, until: NOW + DAY }],
    ['that a review has rejected', { review: 'REJECTED' as const }],
  ])('not in one %s', (_, given) => {
    const asked = inEmergency('coordinator', emergencyOf(user('coordinator'), given));
    expectDeny('MEDICATION', asked, 'NO_RELATIONSHIP');
  });

  test('a relationship is no emergency, and no consent takes its place', () => {
    const who = user('coordinator');
    const consent = consentTo('MEDICATION', { purposes: ['EMERGENCY'] });
    const asked = inEmergency('coordinator', relationshipOf(who), consent);
    expectDeny('MEDICATION', asked, 'NO_BASIS', 'NO_EMERGENCY');
    expectPermit('IDENTITY_CONTACT', asked, 'OWN_REGISTER');
  });

  test('is a tie for its own purpose only', () => {
    const asked = inEmergency('coordinator', emergencyOf(user('coordinator')), consentTo('MEDICATION'));
    expectDeny('MEDICATION', { ...asked, purpose: 'SERVICE_COORDINATION' }, 'NO_RELATIONSHIP');
  });

  test.each(['peer', 'employment-specialist', 'auditor'])('is not for %s', (name) => {
    const who = user(name);
    const asked = inEmergency(name, emergencyOf(who), relationshipOf(who));
    for (const category of HEALTH_AND_CONTACT) expectDeny(category, asked, 'NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE');
  });

  test('is never for the third sector', () => {
    const who = { ...user('coordinator'), agency: 'THIRD_SECTOR' as const };
    const asked = { ...inEmergency('coordinator', emergencyOf(who), relationshipOf(who)), who };
    expect(permitted(asked)).toEqual([]);
    expectDeny('MEDICATION', asked, 'NO_BASIS', 'NO_EMERGENCY');
  });
});
