import { careUnitCode } from '../../schema/codes/service-units.ts';
import { at, type Day, isoDate, later, workingDay } from '../calendar.ts';
import { responsibleWorkers } from '../contacts.ts';
import { CLIENT_ONE_ID } from '../identity.ts';
import type { Life } from '../life.ts';
import { Random } from '../random.ts';
import type { Directory } from '../staff.ts';
import { type Tie, tie } from '../ties.ts';
import { type Days, daysOf, rowId } from './days.ts';
import { clientOneHealth, clientOneSentences } from './inside.ts';
import { clientOneLedger } from './ledger.ts';
import { clientOneEmployment, clientOneSocial } from './outside.ts';

/**
 * The client whom every example shows: always the same person, with days that follow `now`.
 *
 * Mika Petteri Lahtinen, a fine-default prisoner in Helsinki prison: 86 unpaid day-fines, 21 days, 16 of them served, five
 * before release. He has no home to go to, a booked employment meeting before release, and opioid substitution that a
 * clinic outside has agreed to go on with.
 */
export function clientOne(now: Date, directory: Directory): Life {
  const days = daysOf(now);
  const { today } = days;
  const cases = clientOneTies(days, directory);
  return {
    clientId: CLIENT_ONE_ID,
    person: {
      personalIdentityCode: '150382-901A',
      firstNames: 'Mika Petteri',
      callName: 'Mika',
      lastName: 'Lahtinen',
      language: 'FI',
      interpreterLanguage: null,
      municipality: '091',
      protectionOrder: false,
      protectionOrderUntil: null,
    },
    phones: [{ id: rowId(1), number: '+358 43 010 0001', preferred: true }],
    addresses: [
      {
        id: rowId(2),
        kind: 'POSTAL',
        street: 'Poste restante',
        postalCode: '00100',
        postOffice: 'HELSINKI',
        validFrom: isoDate(today - 240),
        validUntil: null,
      },
    ],
    responsibleWorkers: responsibleWorkers({ stream: () => new Random(0, 1, 'client one') }, cases),
    appointments: appointments(days, cases),
    referrals: referrals(days),
    ownGoals: [
      {
        id: rowId(20),
        area: 'HOUSING',
        words: 'Haluan oman kämpän, en enää sohvia.',
        language: 'FI',
        setOn: isoDate(today - 13),
        reachedOn: null,
      },
      {
        id: rowId(21),
        area: 'SUBSTANCES',
        words: 'Haluan pysyä hoidossa.',
        language: 'FI',
        setOn: isoDate(today - 13),
        reachedOn: null,
      },
    ],
    feedback: [
      {
        id: rowId(22),
        juncture: 'ADMISSION',
        words: 'Kaikki tuli nopeasti, en ehtinyt hoitaa mitään.',
        language: 'FI',
        givenOn: isoDate(today - 14),
      },
    ],
    sentences: clientOneSentences(days),
    social: clientOneSocial(days, directory),
    employment: clientOneEmployment(days),
    health: clientOneHealth(days),
    ledger: clientOneLedger(days, cases, directory),
  };
}

/** Every demo professional's unit, and the coordinator and the peer in person. */
function clientOneTies({ today, admitted }: Days, directory: Directory): Tie[] {
  const open = (unit: string, from: Day): Tie =>
    tie(unit, { kind: 'OPEN_SERVICE', worker: directory.first(unit), from });
  return [
    tie('HELSINKI', { kind: 'PLACEMENT', worker: directory.first('HELSINKI'), from: admitted }),
    open(careUnitCode('VTH_HELSINKI'), admitted),
    open('HEL-ADULT-SOCIAL-WORK', today - 410),
    open('HEL-EMPLOYMENT-AREA', today - 300),
    tie('HEL-WORK-ABILITY-COORDINATORS', {
      kind: 'ACCEPTED_REFERRAL',
      role: 'COORDINATOR',
      personal: true,
      worker: directory.first('HEL-WORK-ABILITY-COORDINATORS'),
      from: today - 12,
    }),
    tie('PEER-SUPPORT', {
      kind: 'ACCEPTED_REFERRAL',
      role: 'PEER',
      personal: true,
      worker: directory.first('PEER-SUPPORT'),
      from: today - 9,
    }),
  ];
}

function appointments({ today, consent, meeting, release }: Days, cases: readonly Tie[]): Life['appointments'] {
  const one = (
    id: number,
    unit: string,
    startsAt: string,
    rest: Pick<Life['appointments'][number], 'state' | 'channel' | 'reason'>,
  ) => {
    const { agency, organisation } =
      cases.find((tie) => tie.unit === unit) ?? tie(unit, { kind: 'OPEN_SERVICE', from: today });
    return { id: rowId(id), agency, organisation, unit, startsAt, endsAt: later(startsAt, 45), ...rest };
  };
  const clinic = careUnitCode('HEL_OST_CLINIC');
  return [
    one(10, 'HEL-WORK-ABILITY-COORDINATORS', at(consent, '13:00'), {
      state: 'HELD',
      channel: 'ON_SITE',
      reason: 'WORK_ABILITY',
    }),
    one(11, 'HEL-EMPLOYMENT-AREA', at(meeting, '10:00'), { state: 'BOOKED', channel: 'VIDEO', reason: 'EMPLOYMENT' }),
    one(12, clinic, at(release, '11:00'), { state: 'BOOKED', channel: 'ON_SITE', reason: 'SUBSTANCE_SERVICES' }),
    one(13, 'PEER-SUPPORT', at(release, '09:00'), { state: 'BOOKED', channel: 'ON_SITE', reason: 'PEER_SUPPORT' }),
  ];
}

function referrals({ today }: Days): Life['referrals'] {
  const from = tie('HELSINKI', { kind: 'PLACEMENT', from: today });
  const one = (
    id: number,
    unit: string,
    rest: Pick<Life['referrals'][number], 'reason' | 'state' | 'sentAt' | 'receivedAt' | 'decidedAt'>,
  ) => {
    const to = tie(unit, { kind: 'OPEN_SERVICE', from: today });
    return {
      id: rowId(id),
      fromAgency: from.agency,
      fromOrganisation: from.organisation,
      fromUnit: from.unit,
      toAgency: to.agency,
      toOrganisation: to.organisation,
      toUnit: unit,
      declineReason: null,
      completedAt: null,
      ...rest,
    };
  };
  return [
    one(14, 'HEL-WORK-ABILITY-COORDINATORS', {
      reason: 'WORK_ABILITY',
      state: 'ACCEPTED',
      sentAt: at(workingDay(today - 14, -1), '09:30'),
      receivedAt: at(workingDay(today - 13, -1), '10:10'),
      decidedAt: at(workingDay(today - 12, -1), '13:50'),
    }),
    one(15, 'PEER-SUPPORT', {
      reason: 'PEER_SUPPORT',
      state: 'ACCEPTED',
      sentAt: at(workingDay(today - 11, -1), '08:20'),
      receivedAt: at(workingDay(today - 10, -1), '09:15'),
      decidedAt: at(workingDay(today - 9, -1), '14:45'),
    }),
    // Housing is the handover that is still open five days before release.
    one(16, 'HEL-ADULT-SOCIAL-WORK', {
      reason: 'HOUSING',
      state: 'RECEIVED',
      sentAt: at(workingDay(today - 12, -1), '09:20'),
      receivedAt: at(workingDay(today - 9, -1), '12:00'),
      decidedAt: null,
    }),
  ];
}
