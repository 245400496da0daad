import { describe, expect, test } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { ACCESS_BASES, type AccessBase, createBases } from '../../consent/bases.ts';
import { REQUEST_GROUNDS } from '../../consent/grounds.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import {
  consentTo,
  DAY,
  denialOf,
  expectAllRows,
  expectDeny,
  expectOwnRows,
  expectPermit,
  facts,
  HOUR,
  jointPlanOf,
  NOW,
  type Part,
  permitted,
  relationshipOf,
  requestOf,
  user,
  verdictOn,
  withdrawalOf,
} from './harness.ts';

const prison = user('rise-worker');
const social = user('social-worker');
const employment = user('employment-specialist');
const health = user('health-professional');
const kela: Principal = { ...social, username: 'kela', agency: 'KELA', organisation: '1.2.3.4', unit: 'KELA-1' };
/** A work-ability coordinator whom employment services have bought from an association. */
const provider: Principal = { ...user('coordinator'), username: 'provider', agency: 'THIRD_SECTOR' };

/** A worker who serves the client asks; nothing else is known but what is said. */
function asks(who: Principal, purpose: string, ...parts: readonly Part[]) {
  return { who, purpose, about: facts(relationshipOf(who), ...parts) };
}

/** The categories that a statute opens to a worker. */
function openedBy(id: string, asked: ReturnType<typeof asks>): readonly string[] {
  return permitted(asked).filter((category) => {
    const verdict = verdictOn(category, asked);
    return verdict.decision === 'PERMIT' && verdict.basis === 'STATUTE' && verdict.reference === id;
  });
}

const ofStatute = (id: string): AccessBase => ACCESS_BASES.find((base) => base.id === id)!;

describe('PRISON-EMPLOYMENT: the prison service to employment services (1301/2021 § 28)', () => {
  const open = ['CUSTODY_DATES', 'SENTENCE_PLAN_EMPLOYMENT', 'WORK_ABILITY'];

  test.each(['EMPLOYMENT_SUPPORT', 'RELEASE_PREPARATION'])(
    'custody dates, the employment part of the plan, work ability, for %s',
    (purpose) => {
      expect(openedBy('PRISON-EMPLOYMENT', asks(employment, purpose))).toEqual(open);
    },
  );

  test('not the whole of custody or of the plan', () => {
    for (const category of ['CUSTODY', 'SENTENCE_PLAN']) {
      expectDeny(category, asks(employment, 'EMPLOYMENT_SUPPORT'), 'NO_BASIS', 'NO_CONSENT');
    }
  });

  test('a denial does not bind', () => {
    for (const category of open) {
      const asked = asks(employment, 'EMPLOYMENT_SUPPORT', denialOf(undefined));
      expectPermit(category, asked, 'STATUTE', 'PRISON-EMPLOYMENT');
    }
  });

  test('for another purpose, or without a relationship, it opens nothing', () => {
    expectDeny('CUSTODY_DATES', asks(employment, 'SERVICE_COORDINATION'), 'NO_BASIS');
    expectDeny('CUSTODY_DATES', { who: employment, purpose: 'EMPLOYMENT_SUPPORT', about: facts() }, 'NO_RELATIONSHIP');
  });
});

describe('PRISON-KELA: the prison service to Kela (1301/2021 § 27)', () => {
  test('custody dates, for the continuity of benefits, whatever the client denies', () => {
    expect(openedBy('PRISON-KELA', asks(kela, 'BENEFIT_CONTINUITY', denialOf(undefined)))).toEqual(['CUSTODY_DATES']);
    expectDeny('CUSTODY', asks(kela, 'BENEFIT_CONTINUITY'), 'NO_BASIS', 'NO_CONSENT');
  });
});

describe('EMPLOYMENT-PRISON: employment services to the prison service (1301/2021 § 16)', () => {
  test.each(['SENTENCE_PLANNING', 'RELEASE_PREPARATION', 'SERVICE_COORDINATION'])(
    'employment status and plan, for %s, whatever the client denies',
    (purpose) => {
      expect(openedBy('EMPLOYMENT-PRISON', asks(prison, purpose, denialOf(undefined)))).toEqual(['EMPLOYMENT']);
    },
  );
});

describe('CARE-PRISON: social services and health care to the prison service (1301/2021 § 16)', () => {
  const all = ['HOUSING', 'SOCIAL_SERVICES', 'WORK_ABILITY'];
  const request = (given = {}, ground = 'RELEASE', categories: readonly string[] = all) =>
    requestOf(prison, 'CARE-PRISON', ground, categories, given);

  test('nothing without a specified, reasoned request', () => {
    expect(openedBy('CARE-PRISON', asks(prison, 'RELEASE_PREPARATION'))).toEqual([]);
  });

  test.each(['SENTENCE_PLANNING', 'RELEASE', 'SAFETY'])('the data that a request on the ground %s names', (ground) => {
    const asked = asks(prison, 'RELEASE_PREPARATION', request({}, ground, ['HOUSING']), denialOf(undefined));
    expect(openedBy('CARE-PRISON', asked)).toEqual(['HOUSING']);
    expect(verdictOn('HOUSING', asked)).toMatchObject({ restsOn: 'request under CARE-PRISON' });
    expectDeny('SOCIAL_SERVICES', asked, 'NO_BASIS', 'CLIENT_DENIED');
  });

  test('never diagnoses nor medicines, though the request names them', () => {
    const asked = asks(prison, 'RELEASE_PREPARATION', request({}, 'RELEASE', CATEGORY_NAMES));
    expect(openedBy('CARE-PRISON', asked)).toEqual(all);
    for (const category of ['MEDICATION', 'HEALTH_CONDITIONS']) {
      expectDeny(category, asked, 'NOT_FOR_ROLE', 'CATEGORY_NOT_OF_ROLE');
      expect(ofStatute('CARE-PRISON').categories).not.toContain(category);
    }
  });

  test.each([
    ['of another worker', { person: 'someone' }],
    ['of another agency', { agency: 'SOCIAL_SERVICES' }],
    ['under another statute', { basis: 'SOCIAL-HEALTH' }],
    ['on a ground of another statute', { ground: 'IMMEDIATE_NEED' }],
    ['that a review has rejected', { review: 'REJECTED' as const }],
    ['whose time has passed', { until: NOW }],
    ['whose time has not come', { from: NOW + 1 }],
  ])('not on a request %s', (_, given) => {
    expect(openedBy('CARE-PRISON', asks(prison, 'RELEASE_PREPARATION', request(given)))).toEqual([]);
  });

  test('a review that approves the request changes nothing', () => {
    expect(openedBy('CARE-PRISON', asks(prison, 'RELEASE_PREPARATION', request({ review: 'APPROVED' })))).toEqual(all);
  });
});

describe('AUTHORITY-SOCIAL: any authority to social services (703/2023 § 64)', () => {
  test('what the social service needs of the prison service and employment services, whatever the client denies', () => {
    const asked = asks(social, 'SERVICE_COORDINATION', denialOf(undefined));
    expect(openedBy('AUTHORITY-SOCIAL', asked)).toEqual([
      'CUSTODY',
      'CUSTODY_DATES',
      'SENTENCE_PLAN',
      'SENTENCE_PLAN_EMPLOYMENT',
      'EMPLOYMENT',
    ]);
  });

  test('the purpose narrows it: for the continuity of benefits custody alone', () => {
    const asked = asks(social, 'BENEFIT_CONTINUITY');
    expect(openedBy('AUTHORITY-SOCIAL', asked)).toEqual(['CUSTODY', 'CUSTODY_DATES']);
  });

  test('not sanction details, and not health data, which has a rule of its own', () => {
    expectDeny('SANCTION_DETAILS', asks(social, 'SERVICE_COORDINATION'), 'NOT_FOR_ROLE', 'NEVER_SHARED');
    expectDeny('WORK_ABILITY', asks(social, 'SERVICE_COORDINATION'), 'NO_BASIS', 'NO_CONSENT');
  });
});

describe('SOCIAL-HEALTH: between social services and health care (703/2023 § 53)', () => {
  const toHealth = consentTo('SOCIAL_SERVICES', { recipients: ['agency:HEALTH_CARE'] });
  const toSocial = consentTo('WORK_ABILITY', { recipients: ['role:social-worker'] });

  test('a permission that names the data opens it, either way', () => {
    const health1 = asks(health, 'CARE_CONTINUITY', toHealth);
    expect(openedBy('SOCIAL-HEALTH', health1)).toEqual(['SOCIAL_SERVICES']);
    expect(verdictOn('SOCIAL_SERVICES', health1)).toMatchObject({ restsOn: toHealth.id });
    expect(openedBy('SOCIAL-HEALTH', asks(social, 'SERVICE_COORDINATION', toSocial))).toEqual(['WORK_ABILITY']);
  });

  test('a denial binds', () => {
    const asked = asks(social, 'SERVICE_COORDINATION', toSocial, denialOf('WORK_ABILITY'));
    expectDeny('WORK_ABILITY', asked, 'NO_BASIS', 'CLIENT_DENIED');
  });

  test.each([
    ['withdrawn', [toHealth, withdrawalOf(toHealth)]],
    ['run out', [consentTo('SOCIAL_SERVICES', { recipients: ['agency:HEALTH_CARE'], until: NOW - 1 })]],
    ['for other data', [consentTo('HOUSING', { recipients: ['agency:HEALTH_CARE'] })]],
    ['to others', [consentTo('SOCIAL_SERVICES', { recipients: ['role:coordinator'] })]],
  ])('not a permission %s', (_, events) => {
    expectDeny('SOCIAL_SERVICES', asks(health, 'CARE_CONTINUITY', ...events), 'NO_BASIS');
  });
});

describe.each([
  {
    id: 'HEALTH-HEALTH',
    section: '703/2023 § 54',
    who: health,
    sector: 'HEALTH_CARE',
    purpose: 'CARE_CONTINUITY',
    categories: ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY'],
  },
  {
    id: 'SOCIAL-SOCIAL',
    section: '703/2023 § 55',
    who: social,
    sector: 'SOCIAL_SERVICES',
    purpose: 'RELEASE_PREPARATION',
    categories: ['SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES'],
  },
] as const)('$id: from one controller to another of the same sector ($section)', (statute) => {
  const { id, who, sector, purpose, categories } = statute;
  const permission = (category: string, given = {}) =>
    consentTo(category, { recipients: [`agency:${sector}`], ...given });

  test('without a permission each controller’s workers see their own rows, in their own register, and no others', () => {
    for (const category of categories) expectOwnRows(category, asks(who, purpose));
  });

  test('a permission that names the data opens the other controllers’ rows; the own ones rest on the own register', () => {
    for (const category of categories) {
      const asked = asks(who, purpose, permission(category));
      expectAllRows(category, asked, 'STATUTE', id);
      expect(verdictOn(category, asked)).toMatchObject({ restsOn: `consent to ${category}` });
      expect(openedBy(id, asked)).toEqual([category]);
    }
  });

  test('a denial binds, and takes no row of the own register away', () => {
    for (const category of categories) {
      expectOwnRows(category, asks(who, purpose, permission(category), denialOf(category)));
      expectOwnRows(category, asks(who, purpose, denialOf(undefined)));
    }
  });

  test('not a permission withdrawn, run out, for other data or to others', () => {
    const [category] = categories;
    const given = permission(category);
    for (const events of [
      [given, withdrawalOf(given)],
      [permission(category, { until: NOW - 1 })],
      [permission('CUSTODY')],
      [permission(category, { recipients: ['role:coordinator'] })],
    ]) {
      expectOwnRows(category, asks(who, purpose, ...events));
    }
  });

  test('switched off, a consent alone does what it does (rule 5)', () => {
    const [category] = categories;
    const asked = { ...asks(who, purpose, permission(category)), bases: createBases({ off: [id] }) };
    expectAllRows(category, asked, 'CONSENT', `consent to ${category}`);
  });

  test('no other statute opens what one controller of a sector keeps to another of the same sector', () => {
    for (const base of ACCESS_BASES as readonly AccessBase[]) {
      const isWithin = base.sources.includes(sector) && base.recipients.includes(sector) && base.withinSector;
      expect(isWithin ?? false, base.id).toBe(base.id === id);
    }
    // A party of a joint plan has nothing to disclose to itself; which county is the party, the plan does not tell.
    const plan = jointPlanOf([sector, 'EMPLOYMENT_SERVICES'], categories);
    for (const each of ['SERVICE_COORDINATION', purpose]) {
      const asked = asks(who, each, plan);
      for (const category of permitted(asked).filter((name) => categories.some((known) => known === name))) {
        expectOwnRows(category, asked);
      }
    }
  });
});

describe('SOCIAL-DESPITE: social services, on three grounds, despite a denial (703/2023 § 56)', () => {
  test.each(['IMMEDIATE_NEED', 'CHILDS_INTEREST', 'VITAL_INTERESTS'])(
    '%s opens the named data and no other',
    (ground) => {
      const request = requestOf(health, 'SOCIAL-DESPITE', ground, ['HOUSING']);
      const asked = asks(health, 'CARE_CONTINUITY', denialOf(undefined), request);
      expect(openedBy('SOCIAL-DESPITE', asked)).toEqual(['HOUSING']);
    },
  );

  test('exactly three grounds are listed', () => {
    const others = Object.keys(REQUEST_GROUNDS).filter((ground) => !ofGround(ground));
    expect(others).toEqual(['SENTENCE_PLANNING', 'RELEASE', 'SAFETY']);
    for (const ground of others) {
      const asked = asks(health, 'CARE_CONTINUITY', requestOf(health, 'SOCIAL-DESPITE', ground, ['HOUSING']));
      expect(openedBy('SOCIAL-DESPITE', asked)).toEqual([]);
    }
  });

  const ofGround = (ground: string) => ['IMMEDIATE_NEED', 'CHILDS_INTEREST', 'VITAL_INTERESTS'].includes(ground);

  test('not to the third sector, and not health data', () => {
    const request = requestOf(provider, 'SOCIAL-DESPITE', 'IMMEDIATE_NEED', ['HOUSING', 'MEDICATION']);
    expect(openedBy('SOCIAL-DESPITE', asks(provider, 'SERVICE_COORDINATION', request))).toEqual([]);
  });
});

describe('MULTISECTOR: the joint employment plan (381/2023 §§ 11, 12, 15)', () => {
  const parties = ['EMPLOYMENT_SERVICES', 'SOCIAL_SERVICES', 'KELA'];
  const plan = (given = {}) => jointPlanOf(parties, ['EMPLOYMENT', 'SOCIAL_SERVICES', 'WORK_ABILITY'], given);

  test('opens the plan’s listed items between its parties, whatever the client denies', () => {
    const asked = asks(employment, 'SERVICE_COORDINATION', plan(), denialOf(undefined));
    expect(openedBy('MULTISECTOR', asked)).toEqual(['SOCIAL_SERVICES']);
    expect(verdictOn('SOCIAL_SERVICES', asked)).toMatchObject({ restsOn: 'joint plan' });
  });

  test('not what the plan does not list, nor what a source that is no party holds', () => {
    const asked = asks(employment, 'SERVICE_COORDINATION', plan());
    expectDeny('WORK_ABILITY', asked, 'NO_BASIS', 'NO_CONSENT');
    const without = jointPlanOf(parties, ['EMPLOYMENT']);
    expectDeny('SOCIAL_SERVICES', asks(employment, 'SERVICE_COORDINATION', without), 'NO_BASIS', 'NO_CONSENT');
  });

  test('not to an agency that is no party, and not when the plan is over', () => {
    const others = jointPlanOf(['SOCIAL_SERVICES', 'KELA'], ['SOCIAL_SERVICES']);
    expect(openedBy('MULTISECTOR', asks(employment, 'SERVICE_COORDINATION', others))).toEqual([]);
    for (const given of [{ until: NOW }, { from: NOW + 1 }]) {
      expect(openedBy('MULTISECTOR', asks(employment, 'SERVICE_COORDINATION', plan(given)))).toEqual([]);
    }
  });
});

describe('PROVIDER-HEALTH: health data to a service provider (380/2023 § 116)', () => {
  const consent = (given = {}) => consentTo('WORK_ABILITY', { channel: 'ON_PAPER', ...given });

  test.each(['ON_PAPER', 'ELECTRONIC'] as const)('only with a written consent: %s', (channel) => {
    const asked = asks(provider, 'SERVICE_COORDINATION', consent({ channel }));
    expect(openedBy('PROVIDER-HEALTH', asked)).toEqual(['WORK_ABILITY']);
  });

  test('a consent by word of mouth opens it to nobody in the third sector, on no basis', () => {
    const spoken = consent({ channel: 'IN_PERSON' });
    for (const purpose of ['SERVICE_COORDINATION', 'RELEASE_PREPARATION']) {
      expectDeny('WORK_ABILITY', asks(provider, purpose, spoken), 'NO_BASIS', 'NOT_IN_WRITING');
    }
    expectPermit('WORK_ABILITY', asks(user('coordinator'), 'SERVICE_COORDINATION', spoken), 'CONSENT');
  });

  test('a denial binds', () => {
    const asked = asks(provider, 'SERVICE_COORDINATION', consent(), denialOf('WORK_ABILITY'));
    expectDeny('WORK_ABILITY', asked, 'NO_BASIS', 'CLIENT_DENIED');
  });
});

describe('the table', () => {
  test('has the ids, the citations and the say of a denial that consent.md has', () => {
    expect(ACCESS_BASES.map(({ id, citation, denialBinds }) => [id, citation, denialBinds])).toEqual([
      ['PRISON-EMPLOYMENT', '1301/2021 § 28', false],
      ['PRISON-KELA', '1301/2021 § 27', false],
      ['EMPLOYMENT-PRISON', '1301/2021 § 16', false],
      ['CARE-PRISON', '1301/2021 § 16', false],
      ['AUTHORITY-SOCIAL', '703/2023 § 64', false],
      ['SOCIAL-HEALTH', '703/2023 § 53', true],
      ['HEALTH-HEALTH', '703/2023 § 54', true],
      ['SOCIAL-SOCIAL', '703/2023 § 55', true],
      ['SOCIAL-DESPITE', '703/2023 § 56', false],
      ['MULTISECTOR', '381/2023 §§ 11, 12, 15', false],
      ['PROVIDER-HEALTH', '380/2023 § 116', true],
    ]);
  });

  test('opens sanction details, consents and the client’s own voice to nobody, and nothing in an emergency', () => {
    for (const base of ACCESS_BASES as readonly AccessBase[]) {
      for (const closed of ['SANCTION_DETAILS', 'CONSENTS', 'CLIENT_VOICE'] as const) {
        expect(base.categories, base.id).not.toContain(closed);
      }
      expect(base.purposes, base.id).not.toContain('EMERGENCY');
    }
  });

  test.each(ACCESS_BASES.map(({ id }) => id))('%s can be switched off alone', (id) => {
    const bases = createBases({ off: [id] });
    expect(bases.on.map((base) => base.id)).toEqual(ACCESS_BASES.map((base) => base.id).filter((name) => name !== id));
  });

  test('a base that is switched off opens nothing, and the next one may', () => {
    const asked = asks(
      employment,
      'EMPLOYMENT_SUPPORT',
      consentTo('CUSTODY', { recipients: ['agency:EMPLOYMENT_SERVICES'] }),
    );
    const bases = createBases({ off: ['PRISON-EMPLOYMENT'] });
    expectPermit('CUSTODY_DATES', { ...asked, bases }, 'CONSENT', 'consent to CUSTODY');
    expectDeny('WORK_ABILITY', { ...asked, bases }, 'NO_BASIS', 'NO_CONSENT');
  });

  test('an unknown id is refused, and the message says which ids there are', () => {
    expect(() => createBases({ off: ['PRISON-KELA', 'NO-SUCH-LAW'] })).toThrow(
      /^expected ids of access bases \(PRISON-EMPLOYMENT, .*\), got NO-SUCH-LAW$/,
    );
  });

  test('relationships of a day ago or of tomorrow open no statute', () => {
    for (const given of [{ until: NOW }, { from: NOW + HOUR }, { from: NOW + DAY }]) {
      const about = facts(relationshipOf(employment, given));
      expectDeny('CUSTODY_DATES', { who: employment, purpose: 'EMPLOYMENT_SUPPORT', about }, 'NO_RELATIONSHIP');
    }
  });
});
