import type { Principal } from '../auth/principal.ts';
import { type Agency, CATEGORY_NAMES, type CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';
import { ALL_BASES, type Bases } from './bases.ts';
import { decide } from './decide.ts';
import type { ClientFacts } from './decision.ts';
import { type Explanation, explain } from './explain.ts';
import { isAgency, isShareable, purposesOf } from './tables.ts';
import { isCurrent } from './time.ts';

/**
 * On what one recipient sees one category, and for which purposes.
 *
 * `register` OWN: what their own organisation keeps. Where something opens more than that, both stand in the cell.
 */
export interface Opening extends Pick<Explanation, 'basis' | 'statute' | 'citation' | 'restsOn' | 'register'> {
  readonly purposes: readonly Purpose[];
}

export interface Cell {
  readonly category: CategoryName;
  /** Empty: closed, for every purpose. */
  readonly openings: readonly Opening[];
}

/** What one role of one unit, or one person, may see of the client now. */
export interface Row {
  readonly role: Role;
  readonly agency: Agency;
  /** Null for a person who has declared an emergency without working with the client. */
  readonly organisation: string | null;
  readonly unit: string | null;
  /** Is the row of one person alone? */
  readonly person: boolean;
  readonly cells: readonly Cell[];
}

/**
 * Who may see what of a client: a row for each recipient with a tie to the client now, a cell for each category.
 *
 * Pure: asks `decide` as if a worker of the unit, whom no consent or denial names in person, asked for every purpose of the
 * role; `now` in ms since epoch. A person with a relationship, an emergency or a request of their own has a row of their own.
 * In the order of agency, unit and role; the same facts always give the same rows.
 */
export function accessMatrix(facts: ClientFacts, now: number, bases: Bases = ALL_BASES): readonly Row[] {
  const rows = recipientsOf(facts, now).map((principal) => ({
    role: principal.roles[0] as Role,
    agency: principal.agency as Agency,
    organisation: principal.organisation ?? null,
    unit: principal.unit ?? null,
    person: principal.id !== ANYBODY,
    cells: cellsOf(principal, facts, now, bases),
  }));
  // Of the roles of an agency only some may declare an emergency: the others have no tie, and no row.
  return rows.filter(
    ({ organisation, cells }) => organisation !== null || cells.some(({ openings }) => openings.length > 0),
  );
}

/** Which roles the workers of an agency have. */
export const ROLES_OF_AGENCY: Readonly<Partial<Record<Agency, readonly Role[]>>> = {
  PRISON_SERVICE: ['rise-worker'],
  SOCIAL_SERVICES: ['social-worker'],
  EMPLOYMENT_SERVICES: ['employment-specialist', 'coordinator'],
  HEALTH_CARE: ['health-professional'],
  THIRD_SECTOR: ['peer'],
};

const ANYBODY = '00000000-0000-0000-0000-000000000000';
const SHAREABLE = CATEGORY_NAMES.filter(isShareable);

type Recipient = Pick<Principal, 'id' | 'agency' | 'organisation' | 'unit'>;

function recipientsOf(facts: ClientFacts, now: number): readonly Principal[] {
  const found = new Map<string, Recipient>();
  const add = (agency: string, organisation: string | null, unit: string | null, person: string | null): void => {
    if (!isAgency(agency)) return;
    const key = [agency, organisation, unit, person].join(' ');
    found.set(key, {
      id: person ?? ANYBODY,
      agency,
      ...(organisation === null ? {} : { organisation }),
      ...(unit === null ? {} : { unit }),
    });
  };
  const current = facts.relationships.filter((relationship) => isCurrent(relationship, now));
  for (const { agency, organisation, unit, person } of current) add(agency, organisation, unit, person);
  for (const request of facts.requests.filter((each) => isCurrent(each, now))) {
    const of = current.filter(({ agency }) => agency === request.agency);
    for (const { agency, organisation, unit } of of) add(agency, organisation, unit, request.person);
  }
  for (const { agency, person } of facts.emergencies.filter((each) => isCurrent(each, now))) {
    add(agency, null, null, person);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, recipient]) =>
      (ROLES_OF_AGENCY[recipient.agency as Agency] ?? []).map((role) => ({
        ...recipient,
        username: '',
        roles: [role],
      })),
    );
}

function cellsOf(principal: Principal, facts: ClientFacts, now: number, bases: Bases): readonly Cell[] {
  const openings = new Map<CategoryName, Map<string, Opening & { readonly purposes: Purpose[] }>>();
  for (const purpose of purposesOf(principal.roles)) {
    const request = { principal, purpose, clientId: facts.clientId, categories: SHAREABLE };
    for (const [category, verdict] of decide(request, facts, now, bases).categories) {
      if (verdict.decision === 'DENY') continue;
      const ofCategory = openings.get(category as CategoryName) ?? new Map();
      openings.set(category as CategoryName, ofCategory);
      for (const each of verdict.beside === undefined ? [verdict] : [verdict.beside, verdict]) {
        const { basis, statute, citation, restsOn, register } = explain(each);
        const key = [basis, statute, restsOn].join(' ');
        const opening = ofCategory.get(key) ?? { basis, statute, citation, restsOn, register, purposes: [] };
        opening.purposes.push(purpose);
        ofCategory.set(key, opening);
      }
    }
  }
  return SHAREABLE.map((category) => ({ category, openings: [...(openings.get(category)?.values() ?? [])] }));
}
