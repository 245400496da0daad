import type { EntryKind, Outcome } from '../../audit/entry.ts';
import type { Basis } from '../../consent/decision.ts';
import type { Names } from '../../schema/categories.ts';
import { registerCodes } from '../codes.ts';

export const EntryKindEnum = registerCodes('AuditKind', 'What kind of event an entry tells of (fi laji / sv typ).', {
  QUERY: { fi: 'kysely', sv: 'förfrågan', en: 'Query' },
  MUTATION: { fi: 'muutos', sv: 'ändring', en: 'Mutation' },
  REFUSED: { fi: 'evätty yritys', sv: 'nekat försök', en: 'Refused attempt' },
  CONSENT_GRANTED: { fi: 'suostumus annettu', sv: 'samtycke givet', en: 'Consent granted' },
  CONSENT_DENIED: { fi: 'kielto asetettu', sv: 'förbud infört', en: 'Access denied by the client' },
  CONSENT_NARROWED: { fi: 'suostumusta supistettu', sv: 'samtycke inskränkt', en: 'Consent narrowed' },
  CONSENT_WITHDRAWN: { fi: 'suostumus peruttu', sv: 'samtycke återkallat', en: 'Consent withdrawn' },
} satisfies Record<EntryKind, Names>);

export const OutcomeEnum = registerCodes('AuditOutcome', 'How an operation ended (fi lopputulos / sv utfall).', {
  ANSWERED: { fi: 'vastattu', sv: 'besvarad', en: 'Answered' },
  PARTIAL: {
    fi: 'vastattu osin, viranomainen ei vastannut',
    sv: 'delvis besvarad, en myndighet svarade inte',
    en: 'Answered in part, an agency was silent',
  },
  DENIED: { fi: 'osa evätty', sv: 'delvis nekad', en: 'Something was denied' },
  REFUSED: { fi: 'evätty', sv: 'nekad', en: 'Refused' },
} satisfies Record<Outcome, Names>);

export const BasisEnum = registerCodes('AccessBasis', 'On what basis data was disclosed (fi peruste / sv grund).', {
  OWN_DATA: { fi: 'omat tiedot', sv: 'egna uppgifter', en: 'Own data' },
  OWN_REGISTER: { fi: 'oma rekisteri', sv: 'eget register', en: 'Own register' },
  CONSENT: { fi: 'suostumus', sv: 'samtycke', en: 'Consent' },
} satisfies Record<Basis, Names>);
