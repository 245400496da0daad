import type { CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';
import { at } from './calendar.ts';
import type { Tie } from './ties.ts';

/** A row of the consent schema before it has its epoch. */
type Unnumbered<Row> = Omit<Row, 'epoch'>;

export interface RelationshipRow {
  readonly id: string;
  readonly kind: string;
  readonly agency: string;
  readonly organisation: string;
  readonly unit: string | null;
  readonly person: string | null;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly epoch: number;
}

export interface RelationshipEndRow {
  readonly relationshipId: string;
  readonly at: string;
  readonly epoch: number;
}

export interface GuardianRow {
  readonly id: string;
  readonly person: string;
  readonly categories: readonly CategoryName[];
  readonly mayConsent: boolean;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly recordedBy: string;
  readonly recordedRole: Role;
  readonly epoch: number;
}

export interface EventRow {
  readonly id: string;
  readonly epoch: number;
  readonly kind: 'GRANTED' | 'DENIED' | 'NARROWED' | 'WITHDRAWN';
  readonly recordId: string;
  readonly categories: readonly CategoryName[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly purposes: readonly Purpose[];
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly informationVersion: string;
  readonly informationLanguage: 'fi' | 'sv' | 'en' | 'plain';
  readonly channel: 'IN_PERSON' | 'ON_PAPER' | 'ELECTRONIC';
  readonly givenBy: 'CLIENT' | 'GUARDIAN';
  readonly recordedBy: string;
  readonly recordedRole: Role;
  readonly at: string;
}

export interface EpochRow {
  readonly epoch: number;
  readonly at: string;
}

export interface Ledger {
  readonly epochs: readonly EpochRow[];
  readonly relationships: readonly RelationshipRow[];
  readonly relationshipEnds: readonly RelationshipEndRow[];
  readonly guardians: readonly GuardianRow[];
  readonly events: readonly EventRow[];
}

export type UnnumberedEvent = Unnumbered<EventRow>;
export type UnnumberedGuardian = Unnumbered<GuardianRow>;

/** The relationship that a tie records, and its end when the case was closed. */
export function relationshipOf(
  id: string,
  tie: Tie,
): { row: Unnumbered<RelationshipRow>; end?: Unnumbered<RelationshipEndRow> } {
  const { kind, agency, organisation, unit, worker, personal, from, until } = tie;
  const row = {
    id,
    kind,
    agency,
    organisation,
    unit: personal ? null : unit,
    person: personal ? worker!.id : null,
    // From the first minute of the day: a case opened today is open.
    validFrom: at(from, '00:00'),
    validUntil: null,
  };
  return { row, ...(until !== undefined && { end: { relationshipId: id, at: at(until, '23:59') } }) };
}

/** Puts everything that has happened to one client in order of time and numbers it: each fact has an epoch of its own. */
export function ledger(
  relationships: readonly ReturnType<typeof relationshipOf>[],
  events: readonly UnnumberedEvent[],
  guardians: readonly UnnumberedGuardian[] = [],
): Ledger {
  type Fact = { at: string; write: (epoch: number) => void };
  const made = {
    epochs: [] as EpochRow[],
    relationships: [] as RelationshipRow[],
    relationshipEnds: [] as RelationshipEndRow[],
    guardians: [] as GuardianRow[],
    events: [] as EventRow[],
  };
  const facts: Fact[] = [];
  for (const { row, end } of relationships) {
    facts.push({ at: row.validFrom, write: (epoch) => made.relationships.push({ ...row, epoch }) });
    if (end) facts.push({ at: end.at, write: (epoch) => made.relationshipEnds.push({ ...end, epoch }) });
  }
  for (const one of guardians) {
    facts.push({ at: one.validFrom, write: (epoch) => made.guardians.push({ ...one, epoch }) });
  }
  for (const event of events) facts.push({ at: event.at, write: (epoch) => made.events.push({ ...event, epoch }) });
  // Finnish wall-clock times order as text; the sort is stable, so a change stays behind what it changes.
  facts.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  for (const [index, { at: time, write }] of facts.entries()) {
    made.epochs.push({ epoch: index + 1, at: time });
    write(index + 1);
  }
  return made;
}
