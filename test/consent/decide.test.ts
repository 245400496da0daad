import { describe, expect, test } from 'vitest';
import { ACCESS_BASES, createBases } from '../../consent/bases.ts';
import { decide, forProfessional, permits, permitsAll } from '../../consent/decide.ts';
import type { ConsentEvent, Relationship } from '../../consent/decision.ts';
import { explain } from '../../consent/explain.ts';
import { accessMatrix } from '../../consent/matrix.ts';
import { CALLER_RULES, RULES } from '../../consent/rules.ts';
import { SEVERAL_CONTROLLERS } from '../../consent/tables.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import {
  CLIENT,
  consentTo,
  DAY,
  denialOf,
  emergencyOf,
  expectAllRows,
  expectDeny,
  expectOwnRows,
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
  verdictOn,
  withdrawalOf,
} from './harness.ts';

const coordinator = user('coordinator');
const knownTo = relationshipOf;

/** The coordinator, who serves the client, asks for service coordination. */
function coordinating(...events: readonly ConsentEvent[]) {
  return { who: coordinator, purpose: 'SERVICE_COORDINATION', about: facts(knownTo(coordinator), ...events) };
}

test('the rules stand in the order of consent.md; the last one always decides', () => {
  const places = [...CALLER_RULES, ...RULES].map(({ place }) => place);
  expect(places).toEqual([...places].sort());
  expect(RULES.at(-1)?.name).toBe('otherwise');
});

describe('1: relationship', () => {
  const asking = { who: coordinator, purpose: 'SERVICE_COORDINATION' };

  test.each<[string, Relationship[]]>([
    ['none at all', []],
    ['of another unit', [knownTo(coordinator, { unit: 'HEL-OTHER' })]],
    ['of another organisation', [knownTo(coordinator, { organisation: '1.2.246.10.1' })]],
    ['of another agency', [knownTo(coordinator, { agency: 'SOCIAL_SERVICES' })]],
    ['of a colleague', [knownTo(coordinator, { unit: null, person: user('peer').id })]],
    ['that has ended', [knownTo(coordinator, { until: NOW })]],
    ['that has not begun', [knownTo(coordinator, { from: NOW + 1 })]],
    ['with nonsense for times', [knownTo(coordinator, { from: null as never })]],
    ['of nobody', [knownTo(coordinator, { unit: null })]],
  ])('%s: nothing is open, whatever the client consents to', (_, relationships) => {
    const about = facts(...relationships, consentTo('HOUSING'));
    for (const category of [...CATEGORY_NAMES, 'NO_SUCH'])
      expectDeny(category, { ...asking, about }, 'NO_RELATIONSHIP');
    const decision = decide(
      { principal: coordinator, purpose: asking.purpose, clientId: CLIENT, categories: [] },
      about,
      NOW,
    );
    expect(decision.relationship).toBe(false);
  });

  test('of the unit or of the worker in person: consent can open', () => {
    const inPerson = knownTo(coordinator, { unit: null, person: coordinator.id });
    for (const relationship of [knownTo(coordinator), inPerson]) {
      expectPermit(
        'HOUSING',
        { ...asking, about: facts(relationship, consentTo('HOUSING')) },
        'CONSENT',
        'consent to HOUSING',
      );
    }
  });

  test('a worker without a unit does not share one with a relationship without a unit', () => {
    const { unit, ...unitless } = coordinator;
    const about = facts(knownTo(coordinator, { unit: null, person: 'someone' }), consentTo('HOUSING'));
    expectDeny('HOUSING', { ...asking, who: unitless, about }, 'NO_RELATIONSHIP');
    expectDeny('HOUSING', { ...asking, who: { ...unitless, unit: undefined as never }, about }, 'NO_RELATIONSHIP');
  });

  test('facts about another client decide nothing', () => {
    const about = { ...facts(knownTo(coordinator), consentTo('HOUSING')), clientId: OTHER_CLIENT };
    expectDeny('HOUSING', { ...asking, about }, 'NO_RELATIONSHIP');
  });
});

describe('2: role and purpose', () => {
  test.each(['auditor', 'privacy-officer', 'steering', 'developer'])('%s sees no field values', (name) => {
    const who = user(name);
    const openToAll = CATEGORY_NAMES.map((category) =>
      consentTo(category, { recipients: ['agency:HUB', `role:${name}`] }),
    );
    for (const purpose of ['AUDIT', 'SERVICE_COORDINATION', 'OWN_DATA']) {
      const asked = { who, purpose, about: facts(knownTo(who), ...openToAll) };
      expect(permitted(asked)).toEqual([]);
      expectDeny('HOUSING', asked, 'NOT_FOR_ROLE');
    }
  });

  test('a purpose that is not the role’s', () => {
    const asked = { ...coordinating(consentTo('MEDICATION')), purpose: 'CARE_CONTINUITY' };
    expectDeny('MEDICATION', asked, 'NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE');
  });

  test('a category that the purpose does not need, though another purpose does', () => {
    const who = user('social-worker');
    const asked = { who, purpose: 'BENEFIT_CONTINUITY', about: facts(knownTo(who)) };
    expectDeny('SOCIAL_SERVICES', asked, 'NOT_FOR_PURPOSE', 'CATEGORY_NOT_OF_PURPOSE');
    expectPermit('SOCIAL_SERVICES', { ...asked, purpose: 'RELEASE_PREPARATION' }, 'OWN_REGISTER');
  });

  test('diagnoses are not for the coordinator, whatever the client consents to', () => {
    expectDeny(
      'HEALTH_CONDITIONS',
      coordinating(consentTo('HEALTH_CONDITIONS')),
      'NOT_FOR_ROLE',
      'CATEGORY_NOT_OF_ROLE',
    );
  });

  test('sanction details never leave the prison service', () => {
    const recipients = [
      'agency:EMPLOYMENT_SERVICES',
      'agency:SOCIAL_SERVICES',
      'agency:HEALTH_CARE',
      'role:rise-worker',
    ];
    const consent = consentTo('SANCTION_DETAILS', { recipients });
    for (const name of ['coordinator', 'social-worker', 'employment-specialist', 'health-professional']) {
      const who = user(name);
      const asked = { who, purpose: 'RELEASE_PREPARATION', about: facts(knownTo(who), consent) };
      expectDeny('SANCTION_DETAILS', asked, 'NOT_FOR_ROLE', 'NEVER_SHARED');
    }
    const lent = { ...user('rise-worker'), agency: 'SOCIAL_SERVICES' as const };
    const asked = { who: lent, purpose: 'SENTENCE_PLANNING', about: facts(knownTo(lent), consent) };
    expectDeny('SANCTION_DETAILS', asked, 'NOT_FOR_ROLE', 'NEVER_SHARED');
  });

  test('what the client has consented to is for the client alone', () => {
    for (const name of [
      'coordinator',
      'rise-worker',
      'social-worker',
      'employment-specialist',
      'health-professional',
    ]) {
      const who = user(name);
      const about = facts(knownTo(who), consentTo('CONSENTS', { recipients: [`role:${name}`] }));
      expectDeny('CONSENTS', { who, purpose: 'SERVICE_COORDINATION', about }, 'NOT_FOR_ROLE');
    }
  });

  test('names that the hub does not know are denied, not errors', () => {
    expectDeny('SHOE_SIZE', coordinating(), 'NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
    expectDeny('toString', coordinating(), 'NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
    expectDeny('__proto__', coordinating(), 'NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
    expectDeny('HOUSING', { ...coordinating(), purpose: 'CURIOSITY' }, 'NOT_FOR_PURPOSE', 'UNKNOWN_PURPOSE');
    expectDeny('HOUSING', { ...coordinating(), purpose: 'constructor' }, 'NOT_FOR_PURPOSE', 'UNKNOWN_PURPOSE');
    const stray = { ...coordinator, agency: 'CASINO' as never };
    expectDeny('HOUSING', { ...coordinating(), who: stray, about: facts(knownTo(stray)) }, 'NO_RELATIONSHIP');
    const roleless = { ...coordinator, roles: ['wizard' as never] };
    expectDeny('HOUSING', { ...coordinating(consentTo('HOUSING')), who: roleless }, 'NO_RELATIONSHIP');
  });
});

describe('3: own register', () => {
  const withoutStatutes = createBases({ off: ACCESS_BASES.map(({ id }) => id) });

  test.each([
    [
      'rise-worker',
      'SENTENCE_PLANNING',
      ['IDENTITY_CONTACT', 'CUSTODY', 'CUSTODY_DATES', 'SANCTION_DETAILS', 'SENTENCE_PLAN', 'SENTENCE_PLAN_EMPLOYMENT'],
    ],
    [
      'social-worker',
      'RELEASE_PREPARATION',
      ['IDENTITY_CONTACT', 'BENEFITS', 'SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES'],
    ],
    ['employment-specialist', 'EMPLOYMENT_SUPPORT', ['IDENTITY_CONTACT', 'EMPLOYMENT']],
    ['health-professional', 'CARE_CONTINUITY', ['IDENTITY_CONTACT', 'MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY']],
    ['coordinator', 'SERVICE_COORDINATION', ['IDENTITY_CONTACT', 'EMPLOYMENT']],
    ['peer', 'SERVICE_COORDINATION', []],
  ])('%s, for %s, with no consent and no statute at all: %j', (name, purpose, open) => {
    const who = user(name);
    expect(permitted({ who, purpose, about: facts(knownTo(who)), bases: withoutStatutes })).toEqual(open);
  });

  test('the reference is the relationship; a denial does not bind an agency’s own register', () => {
    const who = user('social-worker');
    const asked = { who, purpose: 'RELEASE_PREPARATION', about: facts(knownTo(who), denialOf(undefined)) };
    expectPermit('HOUSING', asked, 'OWN_REGISTER', 'relationship of social-worker');
  });

  describe('by controller, where a sector has several (703/2023 §§ 54–55)', () => {
    test('social services and health care have several controllers; the other sectors are one register each', () => {
      expect(SEVERAL_CONTROLLERS).toEqual(['SOCIAL_SERVICES', 'HEALTH_CARE']);
      const wholly = [
        ['rise-worker', 'SENTENCE_PLANNING', 'CUSTODY'],
        ['employment-specialist', 'EMPLOYMENT_SUPPORT', 'EMPLOYMENT'],
        ['social-worker', 'RELEASE_PREPARATION', 'IDENTITY_CONTACT'],
        // Kela's decisions are no county's.
        ['social-worker', 'RELEASE_PREPARATION', 'BENEFITS'],
      ] as const;
      for (const [name, purpose, category] of wholly) {
        const who = user(name);
        const verdict = verdictOn(category, { who, purpose, about: facts(knownTo(who)) });
        expect(verdict, category).toEqual({
          decision: 'PERMIT',
          basis: 'OWN_REGISTER',
          reference: `relationship of ${name}`,
        });
      }
    });

    const social = user('social-worker');
    const preparing = (...parts: readonly Part[]) => ({
      who: social,
      purpose: 'RELEASE_PREPARATION',
      about: facts(knownTo(social), ...parts),
    });

    test('own rows need no consent, are permitted, and no denial takes them away', () => {
      for (const category of ['SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES']) {
        expectOwnRows(category, preparing());
        expectOwnRows(category, preparing(denialOf(undefined)));
      }
      expect(permitted(preparing(denialOf(undefined)))).toContain('HOUSING');
    });

    test('a worker of another agency has none: what a consent opens to them is all or nothing', () => {
      const about = facts(knownTo(coordinator), consentTo('HOUSING'));
      const verdict = verdictOn('HOUSING', { ...coordinating(), about });
      expect(verdict).toEqual({ decision: 'PERMIT', basis: 'CONSENT', reference: 'consent to HOUSING' });
    });

    test('no relationship, no own rows; nor without an organisation', () => {
      expectDeny('HOUSING', { ...preparing(), about: facts() }, 'NO_RELATIONSHIP');
      const { organisation, ...nobodys } = social;
      expectDeny('HOUSING', { ...preparing(), who: nobodys }, 'NO_RELATIONSHIP');
    });

    test('a declared emergency opens every controller’s health data, own rows resting on the own register', () => {
      const who = user('health-professional');
      const asked = { who, purpose: 'EMERGENCY', about: facts(knownTo(who), emergencyOf(who), denialOf(undefined)) };
      expectAllRows('MEDICATION', asked, 'EMERGENCY', 'emergency of health-professional');
      expectOwnRows('MEDICATION', { ...asked, about: facts(knownTo(who)) });
    });

    test('the widest of several roles', () => {
      const who = { ...social, roles: ['social-worker', 'coordinator'] as const };
      const about = (...parts: readonly Part[]) => ({ ...preparing(...parts), who });
      expectOwnRows('HOUSING', about());
      expectAllRows(
        'HOUSING',
        about(consentTo('HOUSING', { recipients: ['role:coordinator'] })),
        'STATUTE',
        'SOCIAL-SOCIAL',
      );
      expectAllRows(
        'HOUSING',
        about(consentTo('HOUSING', { recipients: ['role:social-worker'] })),
        'STATUTE',
        'SOCIAL-SOCIAL',
      );
    });

    test('a ledger that makes no sense leaves the own rows', () => {
      expectOwnRows('HOUSING', preparing(consentTo('HOUSING', { kind: 'FORGOTTEN' as never })));
    });

    test('clients and guardians see every controller’s rows', () => {
      for (const [who, purpose] of [
        [user('client'), 'OWN_DATA'],
        [GUARDIAN, 'OWN_DATA'],
      ] as const) {
        const verdict = verdictOn('HOUSING', { who, purpose, about: facts(mandateOf(GUARDIAN, ['HOUSING'])) });
        expect(verdict.decision).toBe('PERMIT');
        expect(verdict).not.toHaveProperty('register');
      }
    });

    test('is explained and shown in the matrix: own rows and the others’, each on its basis', () => {
      const consent = consentTo('HOUSING', { recipients: ['agency:SOCIAL_SERVICES'] });
      const own = { basis: 'OWN_REGISTER', register: 'OWN', restsOn: 'relationship of social-worker' };
      const others = { basis: 'STATUTE', citation: '703/2023 § 55', restsOn: consent.id, register: null };
      expect(explain(verdictOn('HOUSING', preparing()))).toMatchObject({ ...own, rule: '3', beside: null });
      expect(explain(verdictOn('HOUSING', preparing(consent)))).toMatchObject({
        ...others,
        rule: '4',
        beside: { ...own, rule: '3', beside: null },
      });
      const openings = (...parts: readonly Part[]) =>
        accessMatrix(preparing(...parts).about, NOW)[0]!.cells.find(({ category }) => category === 'HOUSING')!.openings;
      expect(openings()).toMatchObject([own]);
      expect(openings(consent)).toMatchObject([own, others]);
    });
  });

  test('nobody owns the client’s own voice, nor what reveals other agencies', () => {
    for (const category of ['CLIENT_VOICE', 'RESPONSIBLE_WORKERS', 'APPOINTMENTS_REFERRALS']) {
      for (const agency of ['HUB', 'EMPLOYMENT_SERVICES'] as const) {
        const who = { ...coordinator, agency };
        expectDeny(category, { ...coordinating(), who, about: facts(knownTo(who)) }, 'NO_BASIS', 'NO_CONSENT');
      }
    }
  });
});

describe('own data', () => {
  const who = user('client');
  const own = { who, purpose: 'OWN_DATA', about: facts(denialOf(undefined)) };

  test('the client sees everything of their own, with no relationship and whatever they have denied', () => {
    expect(permitted(own)).toEqual(CATEGORY_NAMES);
    for (const category of CATEGORY_NAMES) expectPermit(category, own, 'OWN_DATA', null);
    expectDeny('SHOE_SIZE', own, 'NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
  });

  test('but nothing of another client', () => {
    const about = { ...facts(), clientId: OTHER_CLIENT };
    for (const category of CATEGORY_NAMES)
      expectDeny(category, { ...own, about, clientId: OTHER_CLIENT }, 'NO_RELATIONSHIP');
  });

  test('and only as own data', () => {
    expectDeny('HOUSING', { ...own, purpose: 'SERVICE_COORDINATION' }, 'NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE');
  });

  test('a worker who is also the client does not see their own record as a worker', () => {
    const both = { ...coordinator, roles: ['client', 'coordinator'] as const, clientId: CLIENT };
    expect(permitted({ who: both, purpose: 'SERVICE_COORDINATION', about: facts(consentTo('HOUSING')) })).toEqual([]);
    expect(permitted({ who: both, purpose: 'OWN_DATA', about: facts() })).toEqual(CATEGORY_NAMES);
  });

  test('a client without an id is not a client without an id', () => {
    const { clientId, ...nobody } = who;
    const about = { ...facts(), clientId: undefined as never };
    expectDeny('HOUSING', { who: nobody, purpose: 'OWN_DATA', about, clientId: undefined as never }, 'NO_RELATIONSHIP');
  });
});

describe('5: consent', () => {
  const openable = [
    'IDENTITY_CONTACT',
    'CUSTODY',
    'CUSTODY_DATES',
    'SENTENCE_PLAN',
    'SENTENCE_PLAN_EMPLOYMENT',
    'RESPONSIBLE_WORKERS',
    'BENEFITS',
    'SOCIAL_ASSISTANCE',
    'HOUSING',
    'SOCIAL_SERVICES',
    'EMPLOYMENT',
    'MEDICATION',
    'WORK_ABILITY',
    'APPOINTMENTS_REFERRALS',
    'CLIENT_VOICE',
  ];

  test.each(['SERVICE_COORDINATION', 'RELEASE_PREPARATION'])(
    'can open all but diagnoses and sanctions, for %s',
    (purpose) => {
      const everything = coordinating(...CATEGORY_NAMES.map((category) => consentTo(category)));
      expect(permitted({ ...everything, purpose })).toEqual(openable);
    },
  );

  test('opens the peer only contact, appointments and the client’s words, only when shared', () => {
    const who = user('peer');
    const shared = CATEGORY_NAMES.map((category) => consentTo(category, { recipients: [`person:${who.id}`] }));
    const asked = { who, purpose: 'SERVICE_COORDINATION', about: facts(knownTo(who), ...shared) };
    expect(permitted(asked)).toEqual(['IDENTITY_CONTACT', 'APPOINTMENTS_REFERRALS', 'CLIENT_VOICE']);
  });

  test.each([['agency:EMPLOYMENT_SERVICES'], ['role:coordinator'], [`person:${coordinator.id}`]])(
    'given to %s',
    (recipient) => {
      expectPermit('MEDICATION', coordinating(consentTo('MEDICATION', { recipients: [recipient] })), 'CONSENT');
    },
  );

  test.each<[string, Partial<ConsentEvent>]>([
    ['from another source', { sources: ['SOCIAL_SERVICES'] }],
    ['from no source', { sources: [] }],
    ['to another agency', { recipients: ['agency:KELA'] }],
    ['to another role', { recipients: ['role:peer'] }],
    ['to another person', { recipients: [`person:${user('peer').id}`] }],
    ['to nobody', { recipients: [] }],
    ['for another purpose', { purposes: ['CARE_CONTINUITY'] }],
    ['for no purpose', { purposes: [] }],
    ['of another category', { categories: ['HOUSING'] }],
    ['of no category', { categories: [] }],
  ])('%s does not count', (_, given) => {
    expectDeny('MEDICATION', coordinating(consentTo('MEDICATION', given)), 'NO_BASIS', 'NO_CONSENT');
  });

  test('is in force from its beginning until just before its end', () => {
    const asked = coordinating(consentTo('HOUSING', { from: NOW, until: NOW + HOUR }));
    expectDeny('HOUSING', { ...asked, now: NOW - 1 }, 'NO_BASIS', 'CONSENT_NOT_YET_IN_FORCE');
    expectPermit('HOUSING', { ...asked, now: NOW }, 'CONSENT');
    expectPermit('HOUSING', { ...asked, now: NOW + HOUR - 1 }, 'CONSENT');
    expectDeny('HOUSING', { ...asked, now: NOW + HOUR }, 'NO_BASIS', 'CONSENT_EXPIRED');
  });

  test('withdrawn, whole or in part', () => {
    const consent = consentTo('HOUSING', { categories: ['HOUSING', 'MEDICATION'] });
    const whole = coordinating(consent, withdrawalOf(consent));
    expectDeny('HOUSING', whole, 'NO_BASIS', 'CONSENT_WITHDRAWN');
    expectDeny('MEDICATION', whole, 'NO_BASIS', 'CONSENT_WITHDRAWN');
    const part = coordinating(consent, withdrawalOf(consent, 'MEDICATION'));
    expectPermit('HOUSING', part, 'CONSENT');
    expectDeny('MEDICATION', part, 'NO_BASIS', 'CONSENT_WITHDRAWN');
  });

  test('of two, the one in force counts', () => {
    const old = consentTo('HOUSING', { id: 'old', until: NOW - DAY });
    expectPermit('HOUSING', coordinating(old, consentTo('HOUSING', { id: 'new', epoch: 3n })), 'CONSENT', 'new');
  });

  test('over criminal data asks for a task of the recipient too', () => {
    const volunteer = { ...coordinator, agency: 'THIRD_SECTOR' as const };
    for (const category of ['CUSTODY', 'SENTENCE_PLAN']) {
      const about = facts(knownTo(volunteer), consentTo(category), consentTo('HOUSING'));
      const asked = { who: volunteer, purpose: 'SERVICE_COORDINATION', about };
      expectDeny(category, asked, 'NO_BASIS', 'NO_TASK');
      expectPermit('HOUSING', asked, 'CONSENT');
    }
  });
});

describe('5: denials win', () => {
  const consent = consentTo('MEDICATION');

  test.each<[string, Partial<ConsentEvent>]>([
    ['after the consent', { epoch: 9n }],
    ['before the consent', { epoch: 0n }],
    ['dated in the past', { from: NOW - 2 * DAY, until: NOW - DAY }],
    ['dated in the future', { from: NOW + DAY }],
    ['of everything', { categories: [] }],
    ['from the source', { sources: ['HEALTH_CARE'] }],
    ['to the agency', { recipients: ['agency:EMPLOYMENT_SERVICES'] }],
    ['to the role', { recipients: ['role:coordinator'] }],
    ['to the person', { recipients: [`person:${coordinator.id}`] }],
    ['for the purpose', { purposes: ['SERVICE_COORDINATION'] }],
  ])('%s', (_, given) => {
    const denial = denialOf('MEDICATION', given);
    expectDeny('MEDICATION', coordinating(consent, denial), 'NO_BASIS', 'CLIENT_DENIED');
    expectDeny('MEDICATION', coordinating(denial, consent), 'NO_BASIS', 'CLIENT_DENIED');
    expect(verdictOn('MEDICATION', coordinating(denial))).toMatchObject({ reference: denial.id });
  });

  test.each<[string, Partial<ConsentEvent>]>([
    ['of another category', { categories: ['HOUSING'] }],
    ['from another source', { sources: ['SOCIAL_SERVICES'] }],
    ['to another recipient', { recipients: ['agency:KELA', 'role:peer'] }],
    ['for another purpose', { purposes: ['CARE_CONTINUITY'] }],
  ])('but not one %s', (_, given) => {
    expectPermit('MEDICATION', coordinating(consent, denialOf('MEDICATION', given)), 'CONSENT');
  });

  test('only withdrawing the denial lifts it; a newer consent does not', () => {
    const denial = denialOf(undefined);
    const newer = consentTo('MEDICATION', { id: 'newer', epoch: 99n });
    expectDeny('MEDICATION', coordinating(denial, newer), 'NO_BASIS', 'CLIENT_DENIED');
    expectPermit('MEDICATION', coordinating(denial, newer, withdrawalOf(denial)), 'CONSENT');
    expectPermit('MEDICATION', coordinating(denial, newer, withdrawalOf(denial, 'MEDICATION')), 'CONSENT');
    expectDeny('MEDICATION', coordinating(denial, newer, withdrawalOf(denial, 'HOUSING')), 'NO_BASIS', 'CLIENT_DENIED');
  });

  test('a professional cannot tell a refusal from never having been asked', () => {
    const lapsed = consentTo('MEDICATION', { until: NOW - HOUR });
    const histories = [
      [],
      [denialOf('MEDICATION')],
      [consent, withdrawalOf(consent)],
      [lapsed],
      [consent, denialOf(undefined)],
    ];
    const seen = histories.map((events) =>
      JSON.stringify(forProfessional(verdictOn('MEDICATION', coordinating(...events)))),
    );
    expect(new Set(seen)).toEqual(new Set(['{"decision":"DENY","reason":"NO_BASIS"}']));
  });
});

describe('several roles', () => {
  const who = { ...coordinator, roles: ['peer', 'coordinator'] as const };
  const about = (...events: ConsentEvent[]) => ({ ...coordinating(...events), who });

  test('the best of them', () => {
    expectPermit('MEDICATION', about(consentTo('MEDICATION')), 'CONSENT');
    expectDeny('MEDICATION', about(), 'NO_BASIS');
    expectDeny('HEALTH_CONDITIONS', about(), 'NOT_FOR_ROLE');
    const careful = { ...user('social-worker'), roles: ['auditor', 'social-worker'] as const };
    const asked = { who: careful, purpose: 'RELEASE_PREPARATION', about: facts(knownTo(careful)) };
    expectPermit('HOUSING', asked, 'OWN_REGISTER');
  });

  test('a consent to one role does not open what only another role needs', () => {
    expectDeny('MEDICATION', about(consentTo('MEDICATION', { recipients: ['role:peer'] })), 'NO_BASIS', 'NO_CONSENT');
  });

  test('a denial to one role binds the person in every role', () => {
    const denial = denialOf('MEDICATION', { recipients: ['role:peer'] });
    expectDeny('MEDICATION', about(consentTo('MEDICATION'), denial), 'NO_BASIS', 'CLIENT_DENIED');
  });
});

describe('facts that make no sense', () => {
  test.each<[string, Partial<ConsentEvent>]>([
    ['an unknown kind of event', { kind: 'FORGOTTEN' as never }],
    ['a consent that opens another record', { recordId: 'another' }],
    ['categories that are no list', { categories: 'MEDICATION' as never }],
    ['recipients left out', { recipients: undefined as never }],
  ])('%s: what rests on the ledger is denied, the agency’s own register is not', (_, given) => {
    const asked = coordinating(consentTo('MEDICATION'), consentTo('HOUSING', given));
    expectDeny('MEDICATION', asked, 'NO_BASIS', 'MALFORMED_FACTS');
    expectPermit('EMPLOYMENT', asked, 'OWN_REGISTER');
  });
});

test('the decision carries client, epoch and relationship; a category not asked for is not permitted', () => {
  const about = facts(knownTo(coordinator), consentTo('HOUSING'));
  const request = {
    principal: coordinator,
    purpose: 'SERVICE_COORDINATION',
    clientId: CLIENT,
    categories: ['HOUSING'],
  };
  const decision = decide(request, about, NOW);
  expect(decision).toMatchObject({ clientId: CLIENT, epoch: 2n, relationship: true });
  expect(permits(decision, 'HOUSING')).toBe(true);
  expect(permits(decision, 'IDENTITY_CONTACT')).toBe(false);
  expect(permitsAll(decision, ['HOUSING'])).toBe(true);
  expect(permitsAll(decision, ['HOUSING', 'IDENTITY_CONTACT'])).toBe(false);
  expect(permitsAll(decision, [])).toBe(false);
});
