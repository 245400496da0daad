import { ROLES } from '../../schema/purposes.ts';
import { registerCodes } from '../codes.ts';

export const RecordKindEnum = registerCodes('ConsentKind', 'Consent or denial (fi laji / sv typ).', {
  CONSENT: { fi: 'suostumus', sv: 'samtycke', en: 'Consent' },
  DENIAL: { fi: 'kielto', sv: 'förbud', en: 'Denial' },
});

export const RecordStateEnum = registerCodes('ConsentState', 'Whether a consent or denial holds (fi tila / sv läge).', {
  NOT_YET_IN_FORCE: { fi: 'ei vielä voimassa', sv: 'ännu inte i kraft', en: 'Not yet in force' },
  IN_FORCE: { fi: 'voimassa', sv: 'i kraft', en: 'In force' },
  NARROWED: { fi: 'voimassa supistettuna', sv: 'i kraft, inskränkt', en: 'In force, narrowed' },
  EXPIRED: { fi: 'päättynyt', sv: 'upphört', en: 'Expired' },
  WITHDRAWN: { fi: 'peruttu', sv: 'återkallat', en: 'Withdrawn' },
});

export const DecisionEnum = registerCodes('AccessDecision', 'Open or closed (fi ratkaisu / sv avgörande).', {
  PERMIT: { fi: 'avoin', sv: 'öppen', en: 'Open' },
  DENY: { fi: 'suljettu', sv: 'stängd', en: 'Closed' },
});

export const EventKindEnum = registerCodes(
  'ConsentEventKind',
  'What happened to a consent or denial (fi tapahtuma / sv händelse).',
  {
    GRANTED: { fi: 'annettu', sv: 'givet', en: 'Granted' },
    DENIED: { fi: 'kielletty', sv: 'förbjudet', en: 'Denied' },
    NARROWED: { fi: 'supistettu', sv: 'inskränkt', en: 'Narrowed' },
    WITHDRAWN: { fi: 'peruttu', sv: 'återkallat', en: 'Withdrawn' },
  },
);

export const ChannelEnum = registerCodes('ConsentChannel', 'How the client said it (fi asiointitapa / sv kanal).', {
  IN_PERSON: { fi: 'paikan päällä', sv: 'på plats', en: 'In person' },
  ON_PAPER: { fi: 'paperilla', sv: 'på papper', en: 'On paper' },
  ELECTRONIC: { fi: 'sähköisesti', sv: 'elektroniskt', en: 'Electronically' },
});

/** Role names hold hyphens, which GraphQL's names do not: COORDINATOR stands for `coordinator`. */
export const ROLE_OF_ENUM = Object.fromEntries(
  Object.keys(ROLES).map((role) => [role.replaceAll('-', '_').toUpperCase(), role]),
) as Readonly<Record<string, string>>;

export const RoleEnum = registerCodes(
  'Role',
  'A professional role of the hub (fi rooli / sv roll).',
  Object.fromEntries(Object.entries(ROLES).map(([role, names]) => [role.replaceAll('-', '_').toUpperCase(), names])),
);
