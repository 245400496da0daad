import { ACCESS_BASES, type AccessBase } from '../../consent/bases.ts';
import type { AccessRequest, ClientFacts, ConsentEvent, DenyDetail, DenyReason } from '../../consent/decision.ts';
import { EMERGENCY_GROUNDS } from '../../consent/grounds.ts';
import { JOINT_REGISTER, NATIONAL_REGISTERS, NEEDS, SEVERAL_CONTROLLERS, TASKS } from '../../consent/tables.ts';
import { AGENCIES, CATEGORIES } from '../../schema/categories.ts';
import { PURPOSES, ROLES } from '../../schema/purposes.ts';

/*
 * A second reading of consent.md: slow and plain, rule by rule, for one category at a time. It shares tables and types
 * with consent/ and not one line of code. Where it and `decide` differ, one of them has misread the page.
 */

export type Reading =
  | {
      readonly open: true;
      readonly basis: string;
      readonly reference: string | null;
      readonly restsOn?: string;
      /** Only what the caller's own organisation keeps. */
      readonly register?: 'OWN';
      /** By what the caller's own organisation keeps is open, when the rest is open by something else. */
      readonly beside?: Reading;
    }
  | {
      readonly open: false;
      readonly reason: DenyReason;
      readonly detail: DenyDetail;
      readonly reference: string | null;
    };

type Closed = Reading & { open: false };

interface Known {
  readonly source: string;
  readonly sensitivity: string;
  readonly neverShared?: true;
  readonly partOf?: string;
}

const DAY = 24 * 60 * 60 * 1_000;

/** What the page says about one category. */
export function readPage(
  { principal, purpose, clientId }: AccessRequest,
  category: string,
  facts: ClientFacts,
  now: number,
  off: readonly string[] = [],
): Reading {
  // Someone with several roles gets the best of them: what one opens is open; else the answer of the rule furthest down.
  // And what one opens in whole is better than what another opens in part.
  let best: { far: number; reading: Reading } = { far: 0, reading: NO_TIE };
  for (const role of Object.keys(ROLES)) {
    if (!principal.roles.some((name) => name === role)) continue;
    const found = facts.clientId === clientId ? readForRole(role) : { far: 0, reading: NO_TIE };
    if (found.reading.open && found.reading.register === undefined) return found.reading;
    if (found.far > best.far) best = found;
  }
  return best.reading;

  function readForRole(role: string): { far: number; reading: Reading } {
    const own = ownPart(role);
    const rest = readRest(role);
    if (own === undefined || !rest.reading.open) return own === undefined ? rest : at(98, own);
    return at(99, { ...rest.reading, beside: own });
  }

  /** Rule 3 where counties, a city and the prison health unit keep a register each: one's own part is no disclosure. */
  function ownPart(role: string): Reading | undefined {
    const needs = (NEEDS as Record<string, Record<string, readonly string[]>>)[role]?.[purpose];
    const source = (CATEGORIES as Record<string, Known>)[category]?.source;
    const kept = [...SEVERAL_CONTROLLERS].some((sector) => sector === source && sector === principal.agency);
    const isNational = NATIONAL_REGISTERS.some((name) => name === category);
    const relationship = tiedBy(principal, facts, now);
    if (role === 'client' || role === 'guardian' || !kept || isNational || relationship === undefined) return undefined;
    return needs?.some((name) => name === category)
      ? { open: true, basis: 'OWN_REGISTER', reference: relationship.id, register: 'OWN' }
      : undefined;
  }

  /** Every rule, but for one's own part of a register. */
  function readRest(role: string): { far: number; reading: Reading } {
    const agency = principal.agency as string | undefined;

    // Rule 1.
    const mandates = facts.guardians
      .filter(({ person, from, until }) => person === principal.id && lasts(from, until, now))
      .filter(() => (principal.actingFor ?? []).some((id) => id === clientId));
    const relationship = tiedBy(principal, facts, now);
    const emergency = least(
      facts.emergencies
        .filter(() => purpose === 'EMERGENCY' && agency !== undefined && agency !== 'THIRD_SECTOR')
        .filter((each) => each.person === principal.id && each.agency === agency)
        .filter(({ ground, review }) => ground in EMERGENCY_GROUNDS && review !== 'REJECTED')
        .filter(({ from, until }) => lasts(from, until, now) && now < from + DAY),
    );
    if (role === 'client') {
      if (principal.clientId !== clientId) return { far: 0, reading: NO_TIE };
    } else if (role === 'guardian') {
      if (mandates.length === 0) return { far: 0, reading: NO_TIE };
    } else if (relationship === undefined && emergency === undefined) {
      return { far: 0, reading: NO_TIE };
    }

    // Rules 2 and 7: unknown names are denials.
    if (!(purpose in PURPOSES)) return at(1, closed('NOT_FOR_PURPOSE', 'UNKNOWN_PURPOSE'));
    if (!(category in CATEGORIES)) return at(1, closed('NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY'));
    const about = (CATEGORIES as Record<string, Known>)[category]!;
    // The category itself, and what it is a part of.
    const names = about.partOf === undefined ? [category] : [category, about.partOf];
    const isNamedIn = (list: readonly string[]) => names.some((name) => list.some((each) => each === name));

    // Rule 2: role, purpose, category.
    const needs = NEEDS[role as keyof typeof NEEDS] as Record<string, readonly string[]>;
    const needed = needs[purpose];
    if (needed === undefined) return at(2, closed('NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE'));
    if (about.neverShared && role !== 'client' && agency !== about.source) {
      return at(3, closed('NOT_FOR_ROLE', 'NEVER_SHARED'));
    }
    if (!isNamedIn(needed)) {
      const { EMERGENCY, ...ordinary } = needs;
      return Object.values(ordinary).some(isNamedIn)
        ? at(4, closed('NOT_FOR_PURPOSE', 'CATEGORY_NOT_OF_PURPOSE'))
        : at(4, closed('NOT_FOR_ROLE', 'CATEGORY_NOT_OF_ROLE'));
    }

    // What the client has said that bears on this caller, purpose and category.
    const mine = (as: readonly string[]) => [
      ...as.map((name) => `role:${name}`),
      ...(agency !== undefined && agency in AGENCIES ? [`agency:${agency}`] : []),
      `person:${principal.id}`,
    ];
    const said = facts.events.filter(({ kind }) => kind === 'GRANTED' || kind === 'DENIED').sort(earlier);
    const isOver = (opening: ConsentEvent) =>
      facts.events
        .filter(({ recordId }) => recordId === opening.id)
        .some(({ kind, categories }) => kind === 'WITHDRAWN' || (kind === 'NARROWED' && isNamedIn(categories)));
    const any = (list: readonly string[], fits: (name: string) => boolean) => list.length === 0 || list.some(fits);
    const roles = Object.keys(ROLES).filter((name) => principal.roles.some((each) => each === name));
    const denial = said.find(
      (event) =>
        event.kind === 'DENIED' &&
        !isOver(event) &&
        (event.categories.length === 0 || isNamedIn(event.categories)) &&
        any(event.sources, (name) => name === about.source) &&
        any(event.purposes, (name) => name === purpose) &&
        any(event.recipients, (name) => mine(roles).some((each) => each === name)),
    );
    const consents = said.filter(
      (event) =>
        event.kind === 'GRANTED' &&
        isNamedIn(event.categories) &&
        event.sources.some((name) => name === about.source) &&
        event.purposes.some((name) => name === purpose) &&
        event.recipients.some((name) => mine([role]).some((each) => each === name)),
    );
    const isWritten = ({ channel }: ConsentEvent) => channel !== 'IN_PERSON';
    const inForce = consents.filter((event) => !isOver(event) && lasts(event.from, event.until, now));

    // "A client always sees their own data."
    if (role === 'client') return opened('OWN_DATA', null);
    // "Guardians act for the client within their mandate; a minor may deny a guardian sight."
    if (role === 'guardian') {
      const mandate = least(mandates.filter(({ categories }) => isNamedIn(categories)));
      if (mandate === undefined) return at(6, closed('NO_BASIS', 'OUTSIDE_MANDATE'));
      return denial ? at(6, closed('NO_BASIS', 'GUARDIAN_DENIED', denial.id)) : opened('GUARDIAN', mandate);
    }

    // Rule 3.
    const keepers: readonly string[] =
      about.source === 'HUB' ? ((JOINT_REGISTER as Record<string, string[]>)[category] ?? []) : [about.source];
    const byController =
      SEVERAL_CONTROLLERS.some((sector) => sector === about.source) &&
      !NATIONAL_REGISTERS.some((name) => name === category);
    if (relationship !== undefined && !byController && keepers.some((keeper) => keeper === agency)) {
      return opened('OWN_REGISTER', relationship.id);
    }

    // Rule 4.
    for (const base of ACCESS_BASES as readonly AccessBase[]) {
      if (off.includes(base.id)) continue;
      if (!base.sources.some((name) => name === about.source)) continue;
      if (!base.recipients.some((name) => name === agency)) continue;
      // §§ 54 and 55 alone speak of controllers of one sector; the others open from one sector to another.
      const within = ['HEALTH-HEALTH', 'SOCIAL-SOCIAL'].includes(base.id);
      if (within ? about.source !== agency : about.source === agency) continue;
      if (!isNamedIn(base.categories) || !base.purposes.some((name) => name === purpose)) continue;
      if (base.denialBinds && denial !== undefined) continue;
      if (base.asks === undefined) return opened('STATUTE', base.id);
      let met: string | undefined;
      if (base.asks.what === 'REQUEST') {
        const { grounds } = base.asks;
        met = least(
          facts.requests
            .filter((each) => each.basis === base.id && each.person === principal.id && each.agency === agency)
            .filter((each) => grounds.some((ground) => ground === each.ground) && isNamedIn(each.categories))
            .filter((each) => each.review !== 'REJECTED' && lasts(each.from, each.until, now)),
        );
      } else if (base.asks.what === 'JOINT_PLAN') {
        met = least(
          facts.jointPlans
            .filter(({ items, from, until }) => isNamedIn(items) && lasts(from, until, now))
            .filter(({ parties }) => [agency, about.source].every((name) => parties.some((party) => party === name))),
        );
      } else if (base.asks.what === 'PERMISSION') {
        met = inForce[0]?.id;
      } else {
        met = inForce.filter(isWritten)[0]?.id;
      }
      if (met !== undefined) return opened('STATUTE', base.id, met);
    }

    // Rule 6: in an emergency neither denials nor consents count, only the emergency.
    if (purpose === 'EMERGENCY') {
      return emergency === undefined ? at(11, closed('NO_BASIS', 'NO_EMERGENCY')) : opened('EMERGENCY', emergency);
    }

    // Rule 5.
    if (denial !== undefined) return at(9, closed('NO_BASIS', 'CLIENT_DENIED', denial.id));
    const tasks: readonly string[] = (TASKS as Record<string, readonly string[]>)[agency ?? ''] ?? [];
    const task = about.sensitivity !== 'criminal' || tasks.some((name) => name === purpose);
    const writing = (event: ConsentEvent) =>
      about.sensitivity !== 'art9' || agency !== 'THIRD_SECTOR' || isWritten(event);
    const good = inForce.find((event) => task && writing(event));
    if (good !== undefined) return opened('CONSENT', good.id);
    const [first] = consents;
    if (first !== undefined) {
      if (isOver(first)) return at(10, closed('NO_BASIS', 'CONSENT_WITHDRAWN', first.id));
      if (now < first.from) return at(10, closed('NO_BASIS', 'CONSENT_NOT_YET_IN_FORCE', first.id));
      if (!lasts(first.from, first.until, now)) return at(10, closed('NO_BASIS', 'CONSENT_EXPIRED', first.id));
      return at(10, closed('NO_BASIS', task ? 'NOT_IN_WRITING' : 'NO_TASK', first.id));
    }

    // Rule 7.
    return at(12, closed('NO_BASIS', 'NO_CONSENT'));
  }
}

/** Rule 1: may the caller be told that they have to do with the client, and is that on their own word alone? */
export function readTie(
  { principal, purpose, clientId }: AccessRequest,
  facts: ClientFacts,
  now: number,
): { readonly relationship: boolean; readonly flagged: boolean } {
  const has = (role: string) => principal.roles.some((name) => name === role);
  const works = principal.roles.some((name) => name !== 'client' && name !== 'guardian' && name in ROLES);
  const relationship = works && facts.clientId === clientId ? tiedBy(principal, facts, now) : undefined;
  // The other ties show in the answers: whatever is asked, a caller without a tie gets NO_RELATIONSHIP.
  const reading = readPage({ principal, purpose, clientId, categories: [] }, 'IDENTITY_CONTACT', facts, now);
  return {
    relationship: (has('client') || has('guardian') || works) && (reading.open || reading.reason !== 'NO_RELATIONSHIP'),
    flagged: relationship?.kind === 'DECLARED' && relationship.review !== 'APPROVED',
  };
}

const NO_TIE: Closed = closed('NO_RELATIONSHIP', 'NO_CURRENT_RELATIONSHIP');

/** The relationship that ties a worker: one that nobody need review before one that somebody must, then by id. */
function tiedBy(principal: AccessRequest['principal'], facts: ClientFacts, now: number) {
  const { agency, organisation, unit, id } = principal;
  if (agency === undefined || !(agency in AGENCIES) || !organisation) return undefined;
  return facts.relationships
    .filter((each) => each.agency === agency && each.organisation === organisation)
    .filter((each) => (each.unit ? each.unit === unit : each.person === id))
    .filter((each) => lasts(each.from, each.until, now))
    .filter(
      ({ kind, review, from, until }) =>
        kind !== 'DECLARED' || (review !== 'REJECTED' && until !== null && now < from + 30 * DAY),
    )
    .map((each) => ({ each, order: `${each.kind === 'DECLARED' && each.review !== 'APPROVED' ? 1 : 0}${each.id}` }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))[0]?.each;
}

function lasts(from: number, until: number | null, now: number): boolean {
  return from <= now && (until === null || now < until);
}

function least(facts: readonly { readonly id: string }[]): string | undefined {
  return facts.map(({ id }) => id).sort()[0];
}

function earlier(a: ConsentEvent, b: ConsentEvent): number {
  return a.epoch === b.epoch ? (a.id < b.id ? -1 : 1) : a.epoch < b.epoch ? -1 : 1;
}

function closed(reason: DenyReason, detail: DenyDetail, reference: string | null = null): Closed {
  return { open: false, reason, detail, reference };
}

function at(far: number, reading: Reading): { far: number; reading: Reading } {
  return { far, reading };
}

function opened(basis: string, reference: string | null, restsOn?: string): { far: number; reading: Reading } {
  return at(99, { open: true, basis, reference, ...(restsOn === undefined ? {} : { restsOn }) });
}
