import {
  CONFIDENCE,
  CUSTODY_PHASES,
  LEAVE_KINDS,
  LEAVE_STATES,
  OFFENCES,
  PLAN_STATES,
  PRISON_ACTIVITIES,
  RELEASE_SOURCES,
  SANCTION_TYPES,
} from '../../schema/codes/sentences.ts';
import { registerCodes } from '../codes.ts';

export const CustodyPhaseEnum = registerCodes(
  'CustodyPhase',
  'Where in the enforcement the client is; never a sanction (fi täytäntöönpanon vaihe / sv verkställighetens skede).',
  CUSTODY_PHASES,
);

export const LeaveKindEnum = registerCodes(
  'LeaveKind',
  'Ground of a prison leave (fi poistumisluvan peruste / sv grund för permission).',
  LEAVE_KINDS,
);

export const LeaveStateEnum = registerCodes(
  'LeaveState',
  'State of a prison leave (fi poistumisluvan tila / sv permissionens läge).',
  LEAVE_STATES,
);

export const ReleaseSourceEnum = registerCodes(
  'ReleaseSource',
  'Where a release date comes from (fi vapautumispäivän lähde / sv källa för frigivningsdagen).',
  RELEASE_SOURCES,
);

export const ReleaseConfidenceEnum = registerCodes(
  'ReleaseConfidence',
  'How sure a release date is (fi vapautumispäivän varmuus / sv frigivningsdagens säkerhet).',
  CONFIDENCE,
);

export const SanctionTypeEnum = registerCodes(
  'SanctionType',
  'Kind of sanction (fi seuraamus / sv påföljd).',
  SANCTION_TYPES,
);

export const OffenceEnum = registerCodes(
  'Offence',
  'Heading of an offence (fi rikosnimike / sv brottsrubricering).',
  OFFENCES,
);

export const SentencePlanStateEnum = registerCodes(
  'SentencePlanState',
  'State of a sentence plan (fi suunnitelman tila / sv planens läge).',
  PLAN_STATES,
);

export const PrisonActivityEnum = registerCodes(
  'PrisonActivity',
  'Kind of activity in prison (fi toiminta / sv verksamhet).',
  PRISON_ACTIVITIES,
);

export const UnitSecurityEnum = registerCodes(
  'PrisonSecurity',
  'Whether a prison is closed or open (fi vankilan laitostyyppi / sv fängelsets anstaltstyp).',
  {
    CLOSED: { fi: 'Suljettu', sv: 'Sluten', en: 'Closed' },
    OPEN: { fi: 'Avoin', sv: 'Öppen', en: 'Open' },
    BOTH: { fi: 'Suljettu ja avoin', sv: 'Sluten och öppen', en: 'Closed and open' },
  },
);
