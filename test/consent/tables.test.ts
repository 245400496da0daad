import { expect, test } from 'vitest';
import { INFORMATION_LANGUAGES, INFORMATION_VERSIONS } from '../../consent/information.ts';
import {
  EMERGENCY_ROLES,
  lists,
  mayUse,
  NEEDS,
  PROFESSIONAL_ROLES,
  purposesOf,
  RECIPIENT_PURPOSES,
  RECIPIENT_ROLES,
} from '../../consent/tables.ts';
import { CATEGORIES, CATEGORY_NAMES, wholeOf } from '../../schema/categories.ts';
import type { Role } from '../../schema/purposes.ts';

test('a role may use the purposes of its table and no others', () => {
  expect(mayUse({ roles: ['coordinator'] }, 'SERVICE_COORDINATION')).toBe(true);
  expect(mayUse({ roles: ['coordinator'] }, 'OWN_DATA')).toBe(false);
  expect(mayUse({ roles: ['coordinator', 'client'] }, 'OWN_DATA')).toBe(true);
  expect(mayUse({ roles: ['auditor'] }, 'AUDIT')).toBe(true);
  expect(mayUse({ roles: ['peer'] }, 'RELEASE_PREPARATION')).toBe(false);
  for (const purpose of ['CURIOSITY', 'toString', '']) expect(mayUse({ roles: ['coordinator'] }, purpose)).toBe(false);
  for (const role of ['steering', 'developer', 'wizard', '__proto__']) expect(purposesOf([role]).size).toBe(0);
});

test('consents and denials name purposes for which someone else looks', () => {
  expect([...RECIPIENT_PURPOSES].sort()).toEqual([
    'BENEFIT_CONTINUITY',
    'CARE_CONTINUITY',
    'EMPLOYMENT_SUPPORT',
    'RELEASE_PREPARATION',
    'SENTENCE_PLANNING',
    'SERVICE_COORDINATION',
  ]);
});

test('no table gives what must never be given', () => {
  const neededBy = (role: Role) => {
    const { EMERGENCY, ...ordinary } = NEEDS[role];
    return new Set(Object.values(ordinary).flat());
  };
  for (const role of RECIPIENT_ROLES) expect(neededBy(role), role).not.toContain('CONSENTS');
  for (const role of RECIPIENT_ROLES.filter((name) => name !== 'rise-worker')) {
    expect(neededBy(role), role).not.toContain('SANCTION_DETAILS');
  }
  for (const role of RECIPIENT_ROLES.filter((name) => name !== 'health-professional')) {
    expect(neededBy(role), role).not.toContain('HEALTH_CONDITIONS');
  }
  for (const role of [
    'peer',
    'employment-specialist',
    'auditor',
    'privacy-officer',
    'steering',
    'developer',
  ] as const) {
    expect(NEEDS[role], role).not.toHaveProperty('EMERGENCY');
  }
  for (const role of EMERGENCY_ROLES) {
    expect(NEEDS[role].EMERGENCY, role).toEqual(['IDENTITY_CONTACT', 'MEDICATION', 'HEALTH_CONDITIONS']);
  }
  for (const role of PROFESSIONAL_ROLES) {
    for (const [purpose, categories] of Object.entries(NEEDS[role])) {
      expect(categories, `${role} ${purpose}: every service begins with knowing whom`).toContain('IDENTITY_CONTACT');
      expect(new Set(categories).size, `${role} ${purpose}: nothing twice`).toBe(categories.length);
    }
  }
});

test('a whole lists its parts, and a part neither its whole nor its like', () => {
  expect(lists(['CUSTODY'], 'CUSTODY_DATES')).toBe(true);
  expect(lists(['CUSTODY_DATES'], 'CUSTODY')).toBe(false);
  expect(lists(['SENTENCE_PLAN_EMPLOYMENT'], 'CUSTODY_DATES')).toBe(false);
  for (const name of CATEGORY_NAMES) {
    const whole = wholeOf(name);
    if (whole === undefined) continue;
    // One level is all that is looked at, and a part is as sensitive as its whole.
    expect(wholeOf(whole), name).toBeUndefined();
    const { source, sensitivity } = CATEGORIES[name];
    expect({ source, sensitivity }).toEqual({
      source: CATEGORIES[whole].source,
      sensitivity: CATEGORIES[whole].sensitivity,
    });
  }
});

test('every version of the information is told in every language', () => {
  for (const version of Object.values(INFORMATION_VERSIONS)) {
    expect(Object.keys(version).sort()).toEqual([...INFORMATION_LANGUAGES].sort());
    for (const text of Object.values(version)) expect(text.length).toBeGreaterThan(100);
  }
});
