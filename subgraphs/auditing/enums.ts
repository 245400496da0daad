import type { AlertOutcome, AlertState } from '../../audit/alerts/alerts.ts';
import { ALERT_KINDS } from '../../audit/alerts/kinds.ts';
import type { EntryKind, Outcome } from '../../audit/entry.ts';
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
  PROPOSED: { fi: 'suostumusta ehdotettu', sv: 'samtycke föreslaget', en: 'Consent proposed' },
  DECLARED_RELATIONSHIP: {
    fi: 'asiakassuhde ilmoitettu',
    sv: 'klientrelation anmäld',
    en: 'Relationship declared',
  },
  EMERGENCY_GRANTED: { fi: 'hätäpääsy otettu', sv: 'nödåtkomst tagen', en: 'Emergency access taken' },
  ACCESS_REQUESTED: { fi: 'tietoja pyydetty', sv: 'uppgifter begärda', en: 'Access requested' },
  GUARDIAN_RECORDED: { fi: 'edunvalvonta kirjattu', sv: 'intressebevakning registrerad', en: 'Guardian recorded' },
  GUARDIAN_ENDED: { fi: 'edunvalvonta päätetty', sv: 'intressebevakning avslutad', en: 'Guardian ended' },
  JOINT_PLAN_RECORDED: {
    fi: 'monialainen työllistymissuunnitelma kirjattu',
    sv: 'sektorsövergripande sysselsättningsplan registrerad',
    en: 'Joint employment plan recorded',
  },
  JOINT_PLAN_ENDED: {
    fi: 'monialainen työllistymissuunnitelma päätetty',
    sv: 'sektorsövergripande sysselsättningsplan avslutad',
    en: 'Joint employment plan ended',
  },
  SIGHT_RESTRICTED: {
    fi: 'asiakkaan katselutietoja rajoitettu',
    sv: 'klientens insyn i visningar begränsad',
    en: 'Looks withheld from the client',
  },
  RESTRICTION_ENDED: {
    fi: 'katselutietojen rajoitus päätetty',
    sv: 'begränsning av insyn i visningar avslutad',
    en: 'Restriction ended',
  },
  REVIEWED: { fi: 'tarkistettu', sv: 'granskat', en: 'Reviewed' },
  LOG_READ: { fi: 'lokia luettu', sv: 'loggen läst', en: 'Log read' },
  SCHEMA_CHANGED: { fi: 'skeema vaihtunut', sv: 'schemat ändrat', en: 'Schema changed' },
  ERASED: { fi: 'merkintöjä poistettu', sv: 'poster raderade', en: 'Entries erased' },
  EXPORTED: { fi: 'lokia viety ulos', sv: 'loggen exporterad', en: 'Log exported' },
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

export const AlertKindEnum = registerCodes(
  'AlertKind',
  'Why a person must look at it (fi hälytyksen laji / sv larmets typ).',
  ALERT_KINDS,
);

export const AlertStateEnum = registerCodes('AlertState', 'How far a review is (fi tila / sv läge).', {
  OPEN: { fi: 'avoin', sv: 'öppet', en: 'Open' },
  IN_REVIEW: { fi: 'käsittelyssä', sv: 'under granskning', en: 'In review' },
  CLOSED: { fi: 'käsitelty', sv: 'avslutat', en: 'Closed' },
} satisfies Record<AlertState, Names>);

export const AlertOutcomeEnum = registerCodes('AlertOutcome', 'How a review ended (fi tulos / sv resultat).', {
  JUSTIFIED: { fi: 'katselulle oli peruste', sv: 'visningen var befogad', en: 'There was a reason to look' },
  MISUSE: { fi: 'väärinkäyttö', sv: 'missbruk', en: 'Misuse' },
  UNCLEAR: { fi: 'jäi epäselväksi', sv: 'förblev oklart', en: 'It stayed unclear' },
} satisfies Record<AlertOutcome, Names>);
