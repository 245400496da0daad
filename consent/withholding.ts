import type { Principal } from '../auth/principal.ts';
import type { Agency, Names } from '../schema/categories.ts';
import type { Purpose } from '../schema/purposes.ts';
import type { ClientFacts } from './decision.ts';
import { RECIPIENT_PURPOSES } from './tables.ts';
import { isCurrent, leastId } from './time.ts';

/** One way in which a statute lets a source keep a look at its data from the client's own log. */
interface WithholdingStatute {
  /** The statute of Finland, by number, year and section. */
  readonly citation: string;
  /** Agencies that may rely on it, each for the looks at its own data. */
  readonly sources: readonly Agency[];
  /** What it asks for, in words. */
  readonly names: Names;
}

/**
 * The statutes by which a client's right to know who looked may be restricted, as of 2025; it is configuration, not legal
 * advice. Read one as: "by <citation>, <sources> may withhold a look while <names>".
 */
export const WITHHOLDING_STATUTES = {
  PRISON_SECURITY: {
    citation: '1054/2018 § 28',
    sources: ['PRISON_SERVICE'],
    names: {
      fi: 'tieto vaarantaisi turvallisuuden tai rikoksen selvittämisen',
      sv: 'uppgiften skulle äventyra säkerheten eller utredningen av ett brott',
      en: 'It would endanger security or the investigation of a crime',
    },
  },
  CARE_DANGER: {
    citation: '703/2023 § 11',
    sources: ['SOCIAL_SERVICES', 'HEALTH_CARE'],
    names: {
      fi: 'tieto vaarantaisi vakavasti asiakkaan terveyden tai hoidon tai toisen oikeudet',
      sv: 'uppgiften skulle medföra allvarlig fara för klientens hälsa eller vård eller för någon annans rättigheter',
      en: 'It would seriously endanger the client’s health or care, or another’s rights',
    },
  },
  CRIME_PREVENTION: {
    citation: '1050/2018 § 34',
    sources: ['EMPLOYMENT_SERVICES', 'KELA'],
    names: {
      fi: 'tieto vahingoittaisi yleistä turvallisuutta tai haittaisi rikosten ehkäisemistä tai selvittämistä',
      sv: 'uppgiften skulle skada den allmänna säkerheten eller försvåra förebyggande eller utredning av brott',
      en: 'It would harm public safety, or the prevention or investigation of crime',
    },
  },
} as const satisfies Record<string, WithholdingStatute>;

type WithholdingStatuteId = keyof typeof WITHHOLDING_STATUTES;

/** The purposes whose looks can be withheld: the client's own look, and their guardian's, would be missed in the list. */
export const WITHHOLDABLE_PURPOSES: readonly Purpose[] = [...RECIPIENT_PURPOSES, 'EMERGENCY'];

export function isWithholdingStatute(id: unknown): id is WithholdingStatuteId {
  return typeof id === 'string' && Object.hasOwn(WITHHOLDING_STATUTES, id);
}

/** May the agency withhold by the statute? */
export function mayWithholdBy(id: WithholdingStatuteId, agency: Agency): boolean {
  const { sources }: WithholdingStatute = WITHHOLDING_STATUTES[id];
  return sources.includes(agency);
}

/** Who looks at what of whom. */
export interface WithheldLook {
  readonly principal: Pick<Principal, 'id' | 'agency' | 'roles'>;
  readonly purpose: string | null;
  /** The disclosing agency. */
  readonly source: string;
}

/**
 * The statute by which the source withholds this look from the client's own log now; undefined when it does not.
 *
 * Pure; `now` in ms since epoch. A restriction that names no purpose, or no recipient, is over all of them.
 */
export function withheldBy(look: WithheldLook, { restrictions }: ClientFacts, now: number): string | undefined {
  const { principal, purpose, source } = look;
  if (!(WITHHOLDABLE_PURPOSES as readonly (string | null)[]).includes(purpose)) return undefined;
  const recipients = [
    `agency:${principal.agency}`,
    `person:${principal.id}`,
    ...principal.roles.map((role) => `role:${role}`),
  ];
  const inForce = restrictions.filter(
    (restriction) =>
      restriction.source === source &&
      isCurrent(restriction, now) &&
      (restriction.purposes.length === 0 || restriction.purposes.includes(purpose as string)) &&
      (restriction.recipients.length === 0 || restriction.recipients.some((name) => recipients.includes(name))),
  );
  const least = leastId(inForce);
  const statute = inForce.find(({ id }) => id === least)?.statute;
  // A statute that has left the table since still withholds what was restricted by it.
  return isWithholdingStatute(statute) ? WITHHOLDING_STATUTES[statute].citation : statute;
}
