import { expect, test } from 'vitest';
import { INFORMATION_LANGUAGES, INFORMATION_VERSIONS } from '../../consent/information.ts';
import {
  mayUse,
  NEEDS,
  PROFESSIONAL_ROLES,
  purposesOf,
  RECIPIENT_PURPOSES,
  RECIPIENT_ROLES,
} from '../../consent/tables.ts';
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
  const neededBy = (role: Role) => new Set(Object.values(NEEDS[role]).flat());
  for (const role of RECIPIENT_ROLES) expect(neededBy(role), role).not.toContain('CONSENTS');
  for (const role of RECIPIENT_ROLES.filter((name) => name !== 'rise-worker')) {
    expect(neededBy(role), role).not.toContain('SANCTION_DETAILS');
  }
  for (const role of RECIPIENT_ROLES.filter((name) => name !== 'health-professional')) {
    expect(neededBy(role), role).not.toContain('HEALTH_CONDITIONS');
  }
  for (const role of PROFESSIONAL_ROLES) {
    for (const [purpose, categories] of Object.entries(NEEDS[role])) {
      expect(categories, `${role} ${purpose}: every service begins with knowing whom`).toContain('IDENTITY_CONTACT');
      expect(new Set(categories).size, `${role} ${purpose}: nothing twice`).toBe(categories.length);
    }
  }
});

test('every version of the information is told in every language', () => {
  for (const version of Object.values(INFORMATION_VERSIONS)) {
    expect(Object.keys(version).sort()).toEqual([...INFORMATION_LANGUAGES].sort());
    for (const text of Object.values(version)) expect(text.length).toBeGreaterThan(100);
  }
});
