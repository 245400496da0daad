import type { Basis, Permit } from '../consent/decision.ts';
import type { Names } from '../schema/categories.ts';
import { registerCodes } from './codes.ts';

/** The enum `AccessBasis`; the subgraphs that tell of one must define it alike. */
export const BasisEnum = registerCodes('AccessBasis', 'On what basis data is disclosed (fi peruste / sv grund).', {
  OWN_DATA: { fi: 'omat tiedot', sv: 'egna uppgifter', en: 'Own data' },
  GUARDIAN: { fi: 'edunvalvojan valtuus', sv: 'intressebevakarens uppdrag', en: 'Guardian’s mandate' },
  OWN_REGISTER: { fi: 'oma rekisteri', sv: 'eget register', en: 'Own register' },
  STATUTE: { fi: 'laki', sv: 'lag', en: 'Statute' },
  CONSENT: { fi: 'suostumus', sv: 'samtycke', en: 'Consent' },
  EMERGENCY: { fi: 'hätätilanne', sv: 'nödsituation', en: 'Emergency' },
} satisfies Record<Basis, Names>);

/** The enum `Register`; the subgraphs that tell of one must define it alike. */
export const RegisterEnum = registerCodes(
  'Register',
  'Of which controllers’ registers data is open, where not of all (fi mikä rekisteri / sv vilket register).',
  {
    OWN: {
      fi: 'vain oman organisaation rekisteri',
      sv: 'bara den egna organisationens register',
      en: 'The own organisation’s alone',
    },
  } satisfies Record<NonNullable<Permit['register']>, Names>,
);
