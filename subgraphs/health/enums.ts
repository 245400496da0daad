import {
  CARE_HANDOVER_STATES,
  FUNCTIONAL_LIMITS,
  OST_MODES,
  WORK_ABILITY_STATEMENTS,
} from '../../schema/codes/health.ts';
import { registerCodes } from '../codes.ts';

export const OpioidSubstitutionModeEnum = registerCodes(
  'OpioidSubstitutionMode',
  'How opioid substitution is given (fi korvaushoidon toteutustapa / sv sätt att ge substitutionsbehandling).',
  OST_MODES,
);

export const CareHandoverStateEnum = registerCodes(
  'CareHandoverState',
  'How far a handover of care is (fi hoidon siirron tila / sv vårdöverföringens läge).',
  CARE_HANDOVER_STATES,
);

export const FunctionalLimitEnum = registerCodes(
  'FunctionalLimit',
  'What limits the client’s function at work: never a diagnosis (fi toimintakyvyn rajoite / sv begränsning av funktionsförmågan).',
  FUNCTIONAL_LIMITS,
);

export const WorkAbilityStatementEnum = registerCodes(
  'WorkAbilityStatement',
  'Statement on the ability to work (fi arvio työkyvystä / sv bedömning av arbetsförmågan).',
  WORK_ABILITY_STATEMENTS,
);
