import { type Agency, CATEGORIES, type CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';
import { at, type Day, workingDay } from './calendar.ts';
import type { Ground } from './ground.ts';
import { type Ledger, ledger, relationshipOf, type UnnumberedEvent, type UnnumberedGuardian } from './ledger.ts';
import type { Random } from './random.ts';
import type { Tie } from './ties.ts';

/** Version of the information that synthetic clients were given before they consented. */
export const INFORMATION_VERSION = '2026-1';

/** What a work-ability coordinator may need: all but conditions and sanction details. */
export const COORDINATOR_CATEGORIES = [
  'IDENTITY_CONTACT',
  'CUSTODY',
  'HOUSING',
  'SOCIAL_SERVICES',
  'SOCIAL_ASSISTANCE',
  'BENEFITS',
  'MEDICATION',
  'WORK_ABILITY',
  'RESPONSIBLE_WORKERS',
  'APPOINTMENTS_REFERRALS',
  'SENTENCE_PLAN',
  'CLIENT_VOICE',
] as const satisfies readonly CategoryName[];

const COMMON: readonly Purpose[] = ['SERVICE_COORDINATION', 'RELEASE_PREPARATION'];

interface Opening {
  readonly kind: 'GRANTED' | 'DENIED';
  readonly categories: readonly CategoryName[];
  readonly recipients: readonly string[];
  /** Default: all the purposes that coordination serves; for a denial all purposes. */
  readonly purposes?: readonly Purpose[];
}

/** Relationships from the open cases, a guardian's mandate, and what the client has allowed and denied, changed and taken back. */
export function consents(ground: Ground, ties: readonly Tie[]): Ledger {
  const random = ground.stream('consents');
  const relationships = ties.map((one) => relationshipOf(random.uuid(), one));
  const events = openings(random, ties).flatMap((opening) => record(ground, random, ties, opening));
  return ledger(relationships, events, guardians(ground));
}

/** What a guardian looks after: where the client lives, what they live on, and what they have consented to. */
const MANDATE: readonly CategoryName[] = [
  'IDENTITY_CONTACT',
  'HOUSING',
  'BENEFITS',
  'SOCIAL_ASSISTANCE',
  'APPOINTMENTS_REFERRALS',
  'CONSENTS',
];

/** The mandate of who acts for the client in the identity provider, as a social worker recorded it. */
function guardians({ clientId, directory, stream, today }: Ground): UnnumberedGuardian[] {
  const guardian = directory.guardianOf(clientId);
  if (guardian === undefined) return [];
  return [
    {
      id: stream('guardians').uuid(),
      person: guardian.id,
      categories: MANDATE,
      mayConsent: true,
      validFrom: at(workingDay(today - 90, -1), '00:00'),
      validUntil: null,
      recordedBy: directory.first('HEL-ADULT-SOCIAL-WORK').id,
      recordedRole: 'social-worker',
    },
  ];
}

/** The agencies that disclose the categories, each once. */
export function sourcesOf(categories: readonly CategoryName[]): Agency[] {
  return [...new Set(categories.map((category) => CATEGORIES[category].source))];
}

function openings(random: Random, ties: readonly Tie[]): Opening[] {
  const attitude = random.weighted({ OPEN: 52, SELECTIVE: 26, CLOSED: 12, NOT_ASKED: 10 });
  if (attitude === 'NOT_ASKED') return [];
  const made = attitude === 'CLOSED' ? [] : grants(random, ties, attitude === 'OPEN');
  if (random.chance({ OPEN: 0.12, SELECTIVE: 0.45, CLOSED: 0.75 }[attitude])) made.push(denial(random, ties));
  return made;
}

function grants(random: Random, ties: readonly Tie[], open: boolean): Opening[] {
  const made: Opening[] = [];
  const add = (
    likely: number,
    recipient: string,
    categories: readonly CategoryName[],
    purposes?: readonly Purpose[],
  ): void => {
    if (!random.chance(open ? likely : likely * 0.6)) return;
    const given =
      open || categories.length < 3
        ? categories
        : random.some(categories, random.int(1, Math.ceil(categories.length * 0.7)));
    made.push({ kind: 'GRANTED', categories: given, recipients: [recipient], ...(purposes && { purposes }) });
  };
  const coordinated = ties.some(({ role }) => role === 'COORDINATOR');
  const withPeer = ties.some(({ role }) => role === 'PEER');
  add(coordinated ? 0.95 : 0.25, 'role:coordinator', COORDINATOR_CATEGORIES);
  add(withPeer ? 0.9 : 0.03, 'role:peer', ['IDENTITY_CONTACT', 'APPOINTMENTS_REFERRALS', 'CLIENT_VOICE']);
  add(0.4, 'role:employment-specialist', ['CUSTODY', 'WORK_ABILITY'], ['EMPLOYMENT_SUPPORT', 'RELEASE_PREPARATION']);
  add(0.4, random.chance(0.5) ? 'role:social-worker' : 'agency:SOCIAL_SERVICES', [
    'CUSTODY',
    'SENTENCE_PLAN',
    'APPOINTMENTS_REFERRALS',
  ]);
  add(0.3, 'agency:HEALTH_CARE', ['CUSTODY'], ['CARE_CONTINUITY', 'RELEASE_PREPARATION']);
  add(
    0.35,
    'role:rise-worker',
    ['HOUSING', 'SOCIAL_SERVICES', 'EMPLOYMENT', 'APPOINTMENTS_REFERRALS'],
    ['SENTENCE_PLANNING', 'RELEASE_PREPARATION'],
  );
  return made;
}

function denial(random: Random, ties: readonly Tie[]): Opening {
  const categories = random.pick<readonly CategoryName[]>([
    ['HEALTH_CONDITIONS'],
    ['MEDICATION', 'HEALTH_CONDITIONS'],
    ['WORK_ABILITY'],
    ['SOCIAL_SERVICES', 'SOCIAL_ASSISTANCE'],
    ['CUSTODY', 'SENTENCE_PLAN'],
    ['HOUSING'],
  ]);
  const worker = ties.find((one) => one.worker !== undefined)?.worker;
  const recipient = random.weighted({ ALL: 25, AGENCY: 40, ROLE: 25, PERSON: worker ? 10 : 0 });
  const recipients = {
    ALL: [],
    AGENCY: [`agency:${random.pick(['SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES', 'PRISON_SERVICE'])}`],
    ROLE: [`role:${random.pick(['coordinator', 'peer', 'rise-worker'])}`],
    PERSON: [`person:${worker?.id}`],
  }[recipient];
  return { kind: 'DENIED', categories, recipients };
}

/** The opening event, and what came after it. All of it lies before today. */
function record(
  { today, clientId, stream, traits }: Ground,
  random: Random,
  ties: readonly Tie[],
  opening: Opening,
): UnnumberedEvent[] {
  const given = workingDay(today - random.int(3, 160), -1);
  const id = random.uuid();
  const granted = opening.kind === 'GRANTED';
  const channel = random.weighted<UnnumberedEvent['channel']>({ IN_PERSON: 65, ON_PAPER: 15, ELECTRONIC: 20 });
  const recorder =
    channel === 'ELECTRONIC' ? { id: clientId, role: 'client' as const } : recorderOf(random, ties, clientId);
  const base = {
    recordId: id,
    categories: opening.categories,
    sources: granted ? sourcesOf(opening.categories) : [],
    recipients: opening.recipients,
    purposes: opening.purposes ?? (granted ? COMMON : []),
    informationVersion: INFORMATION_VERSION,
    informationLanguage: languageOf(stream('information'), traits.origin),
    channel,
    givenBy: 'CLIENT' as const,
    recordedBy: recorder.id,
    recordedRole: recorder.role,
  };
  const { from, until } = validity(random, given, today, granted);
  const valid = { validFrom: at(from, '00:00'), validUntil: until === null ? null : at(until, '00:00') };
  const time = `${random.pick(['09', '10', '11', '13', '14'])}:${String(random.int(0, 59)).padStart(2, '0')}`;
  const events: UnnumberedEvent[] = [{ ...base, ...valid, id, kind: opening.kind, at: at(given, time) }];
  const change = random.weighted({
    NONE: 78,
    WITHDRAWN: 13,
    NARROWED: granted && opening.categories.length > 1 ? 9 : 0,
  });
  if (change !== 'NONE') {
    const day = random.int(given + 1, today - 1);
    const categories = change === 'NARROWED' ? [random.pick(opening.categories)] : opening.categories;
    events.push({
      ...base,
      categories,
      validFrom: at(day, '12:00'),
      validUntil: null,
      id: random.uuid(),
      kind: change,
      at: at(day, '12:00'),
    });
  }
  return events;
}

/** Consents run for a year or until further notice; a few have run out or begin later. A denial has no end. */
function validity(random: Random, given: Day, today: Day, granted: boolean): { from: Day; until: Day | null } {
  if (!granted) return { from: given, until: null };
  const term = random.weighted({ OPEN_ENDED: 45, YEAR: 45, RUN_OUT: 6, LATER: 4 });
  if (term === 'RUN_OUT') return { from: given, until: random.int(given + 1, today) };
  if (term === 'LATER') return { from: today + random.int(2, 20), until: null };
  return { from: given, until: term === 'YEAR' ? given + 365 : null };
}

const RECORDERS: Readonly<Partial<Record<Agency, Role>>> = {
  PRISON_SERVICE: 'rise-worker',
  SOCIAL_SERVICES: 'social-worker',
  EMPLOYMENT_SERVICES: 'employment-specialist',
  HEALTH_CARE: 'health-professional',
};

function recorderOf(random: Random, ties: readonly Tie[], clientId: string): { id: string; role: Role } {
  const named = ties.filter(({ worker, role }) => worker !== undefined && role !== 'PEER');
  if (named.length === 0) return { id: clientId, role: 'client' };
  const { worker, agency, role } = random.pick(named);
  return { id: worker!.id, role: role === 'COORDINATOR' ? 'coordinator' : RECORDERS[agency]! };
}

function languageOf(random: Random, origin: string): UnnumberedEvent['informationLanguage'] {
  if (origin === 'FINLAND_SWEDISH') return 'sv';
  return random.weighted(origin === 'FINNISH' ? { fi: 75, plain: 25 } : { plain: 50, en: 50 });
}
