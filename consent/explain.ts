import { ACCESS_BASES } from './bases.ts';
import type { Basis, DenyDetail, DenyReason, Verdict } from './decision.ts';

/** Why a category is open or closed, in full: for the client and the auditor, never for a professional. */
export interface Explanation {
  /** Number of the rule in consent.md that decided; null when the facts made no sense. */
  readonly rule: string | null;
  readonly basis: Basis | null;
  /** Id in `ACCESS_BASES`, and the statute by number, year and section; null unless a statute decided. */
  readonly statute: string | null;
  readonly citation: string | null;
  /** The consent, denial, relationship, mandate, emergency, request or joint plan that it rests on. */
  readonly restsOn: string | null;
  /** OWN: of the category only what the asker's own organisation keeps is open. */
  readonly register: 'OWN' | null;
  /** On what that part is open, where this opens what the other controllers keep. */
  readonly beside: Explanation | null;
  readonly reason: DenyReason | null;
  readonly detail: DenyDetail | null;
}

/** Explains a verdict of `decide`. Pure; never throws. */
export function explain(verdict: Verdict): Explanation {
  if (verdict.decision === 'DENY') {
    const { reason, detail, reference } = verdict;
    return {
      rule: RULE_OF_DENIAL[detail],
      basis: null,
      statute: null,
      citation: null,
      restsOn: reference,
      register: null,
      beside: null,
      reason,
      detail,
    };
  }
  const { basis, reference, restsOn, register = null, beside } = verdict;
  const statute = basis === 'STATUTE' ? reference : null;
  return {
    rule: RULE_OF_PERMIT[basis],
    basis,
    statute,
    citation: citationOf(statute),
    restsOn: statute === null ? reference : (restsOn ?? null),
    register,
    beside: beside === undefined ? null : explain(beside),
    reason: null,
    detail: null,
  };
}

/** The statute that an access base is, by number, year and section; null for none. */
export function citationOf(statute: string | null): string | null {
  return ACCESS_BASES.find(({ id }) => id === statute)?.citation ?? null;
}

const RULE_OF_PERMIT: Readonly<Record<Basis, string>> = {
  OWN_DATA: '3',
  GUARDIAN: '3',
  OWN_REGISTER: '3',
  STATUTE: '4',
  CONSENT: '5',
  EMERGENCY: '6',
};

const RULE_OF_DENIAL: Readonly<Record<DenyDetail, string | null>> = {
  NO_CURRENT_RELATIONSHIP: '1',
  UNKNOWN_PURPOSE: '2',
  UNKNOWN_CATEGORY: '2',
  NEVER_SHARED: '2',
  PURPOSE_NOT_OF_ROLE: '2',
  CATEGORY_NOT_OF_ROLE: '2',
  CATEGORY_NOT_OF_PURPOSE: '2',
  OUTSIDE_MANDATE: '3',
  GUARDIAN_DENIED: '3',
  CLIENT_DENIED: '5',
  NO_TASK: '5',
  CONSENT_WITHDRAWN: '5',
  CONSENT_EXPIRED: '5',
  CONSENT_NOT_YET_IN_FORCE: '5',
  NOT_IN_WRITING: '5',
  NO_EMERGENCY: '6',
  NO_CONSENT: '7',
  MALFORMED_FACTS: null,
};
