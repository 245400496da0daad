import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { AGENCIES, CATEGORIES, CATEGORY_NAMES, isCategory, type Names } from '../../schema/categories.ts';
import { isPurpose, isRole, PURPOSES, ROLES } from '../../schema/purposes.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';

type Named = Readonly<Record<string, Names>>;

const categories: Named = Object.fromEntries(Object.entries(CATEGORIES).map(([name, { names }]) => [name, names]));
const lists = [
  ['AGENCIES', AGENCIES as Named],
  ['CATEGORIES', categories],
  ['PURPOSES', PURPOSES as Named],
  ['ROLES', ROLES as Named],
  ...(await codeLists()),
] as const;

/** Places that have one name in both languages. */
const SAME = ['Mäntsälä', 'Nurmijärvi'];

describe('names', () => {
  it('there are code lists to check', () => expect(lists.length).toBeGreaterThan(40));

  it.each(lists)('%s: every code has one in Finnish, Swedish and English, trimmed', (_list, codes) => {
    expect(Object.keys(codes)).not.toEqual([]);
    for (const [code, { fi, sv, en }] of Object.entries(codes)) {
      for (const text of [fi, sv, en]) expect(text, code).toMatch(/^\S(.*\S)?$/);
    }
  });

  it.each(lists)('%s: no Swedish name is the Finnish one left untranslated', (_list, codes) => {
    const same = Object.values(codes).filter(({ fi, sv }) => fi === sv && !SAME.includes(fi));
    expect(same).toEqual([]);
  });

  it.each(lists)('%s: no two codes have the same name', (_list, codes) => {
    for (const language of ['fi', 'sv', 'en'] as const) {
      const texts = Object.values(codes).map((names) => names[language]);
      expect(texts).toEqual([...new Set(texts)]);
    }
  });
});

describe('data categories', () => {
  it('are those of domain.md, the parts that statutes open, and the consents themselves', () => {
    expect(CATEGORY_NAMES).toEqual([
      'IDENTITY_CONTACT',
      'CUSTODY',
      'CUSTODY_DATES',
      'SANCTION_DETAILS',
      'SENTENCE_PLAN',
      'SENTENCE_PLAN_EMPLOYMENT',
      'RESPONSIBLE_WORKERS',
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'MEDICATION',
      'HEALTH_CONDITIONS',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
      'CONSENTS',
    ]);
  });

  it('come each from an agency that a subgraph serves', () => {
    const serving = new Set<string>(Object.values(SUBGRAPHS).map(({ agency }) => agency));
    for (const [name, { source }] of Object.entries(CATEGORIES)) expect(serving, name).toContain(source);
  });

  it('keep sanction details with the prison service, and nothing else', () => {
    const kept = Object.entries(CATEGORIES).filter(([, category]) => 'neverShared' in category);
    expect(kept.map(([name]) => name)).toEqual(['SANCTION_DETAILS']);
    expect(CATEGORIES.SANCTION_DETAILS.source).toBe('PRISON_SERVICE');
  });

  it('hold criminal data and health data as what they are (GDPR Art. 9 and 10)', () => {
    const of = (sensitivity: string) => CATEGORY_NAMES.filter((name) => CATEGORIES[name].sensitivity === sensitivity);
    expect(of('criminal')).toEqual([
      'CUSTODY',
      'CUSTODY_DATES',
      'SANCTION_DETAILS',
      'SENTENCE_PLAN',
      'SENTENCE_PLAN_EMPLOYMENT',
    ]);
    expect(of('art9')).toEqual(['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY']);
  });
});

describe('names that are none', () => {
  it.each(['', 'custody', 'CUSTODY ', 'constructor', '__proto__', 'toString'])('%j', (name) => {
    expect([isCategory(name), isPurpose(name), isRole(name)]).toEqual([false, false, false]);
  });

  it.each([undefined, null, 7, ['CUSTODY'], {}])('%j is no purpose and no role', (value) => {
    expect([isPurpose(value), isRole(value)]).toEqual([false, false]);
  });
});

/** Every list of codes with names under `schema/codes`, also the one that was added yesterday. */
async function codeLists(): Promise<(readonly [string, Named])[]> {
  const folder = new URL('../../schema/codes/', import.meta.url);
  const files = await readdir(folder);
  const modules = await Promise.all(files.map((file) => import(`../../schema/codes/${file}`) as Promise<object>));
  return modules.flatMap((module) =>
    Object.entries(module).filter((entry): entry is [string, Named] => {
      const [first] = typeof entry[1] === 'object' ? Object.values(entry[1] as object) : [];
      return typeof first === 'object' && first !== null && 'fi' in first;
    }),
  );
}
