import type { Rule } from '../asking.ts';
import { deny, permit } from '../verdict.ts';

/**
 * Rule 6. An emergency that the caller has declared opens contact and health data, whatever the client has denied.
 *
 * It takes the place of rule 5 for its purpose: neither does a denial close there, nor a consent open.
 */
export const emergencyOpens: Rule = ({ tie }) =>
  tie.kind === 'WORK' && tie.emergency !== undefined
    ? permit('EMERGENCY', tie.emergency)
    : deny('NO_BASIS', 'NO_EMERGENCY');
