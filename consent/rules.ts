import type { CallerRule, Rule, Standing, Topic } from './asking.ts';
import { categoryMayLeave, namesAreKnown, purposeNeedsCategory, roleHasPurpose } from './rules/caller.ts';
import { clientConsents, clientDenies } from './rules/consents.ts';
import { emergencyOpens } from './rules/emergency.ts';
import { guardianActs, ownData, ownRegister } from './rules/own.ts';
import { statuteOpens } from './rules/statutes.ts';
import { deny } from './verdict.ts';

interface Placed<R> {
  /** The number of the rule in consent.md. */
  readonly place: string;
  readonly name: string;
  readonly rule: R;
}

interface PlacedRule extends Placed<Rule> {
  /** Can the rule ever give a verdict on the topic to the caller? When it cannot, it is not asked. */
  readonly concerns: (standing: Standing, topic: Omit<Topic, 'rules'>) => boolean;
}

/*
 * The order of rules in consent.md, top to bottom; the first that gives a verdict decides. Where it opens but a part of the
 * register, the rules after it decide on the rest: what they open stands beside it, and what they deny takes nothing from it.
 *
 * Rule 1, the relationship, comes before them all: see `tieOf`. Without a tie nothing else is asked.
 */

/** The rules that look at the caller alone. */
export const CALLER_RULES: readonly Placed<CallerRule>[] = [
  { place: '2', name: 'names are known', rule: namesAreKnown },
  { place: '2', name: 'role has purpose', rule: roleHasPurpose },
  { place: '2', name: 'category may leave its controller', rule: categoryMayLeave },
  { place: '2', name: 'purpose needs category', rule: purposeNeedsCategory },
];

const inEmergency = ({ purpose }: Standing): boolean => purpose === 'EMERGENCY';
const outsideEmergency = (standing: Standing): boolean => !inEmergency(standing);
const NO_CONSENT = deny('NO_BASIS', 'NO_CONSENT');

/** The rules that look at the facts about the client too. */
export const RULES: readonly PlacedRule[] = [
  { place: '3', name: 'own data', rule: ownData, concerns: ({ role }) => role === 'client' },
  { place: '3', name: 'guardian acts', rule: guardianActs, concerns: ({ role }) => role === 'guardian' },
  { place: '3', name: 'own register', rule: ownRegister, concerns: (_, { own }) => own !== 'NONE' },
  { place: '4', name: 'statute opens', rule: statuteOpens, concerns: (_, { bases }) => bases.length > 0 },
  { place: '5', name: 'client denies', rule: clientDenies, concerns: outsideEmergency },
  { place: '5', name: 'client consents', rule: clientConsents, concerns: outsideEmergency },
  { place: '6', name: 'emergency opens', rule: emergencyOpens, concerns: inEmergency },
  { place: '7', name: 'otherwise', rule: () => NO_CONSENT, concerns: () => true },
];
