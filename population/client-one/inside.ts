import { conversionDays } from '../../schema/codes/conversion.ts';
import { at, isoDate, workingDay } from '../calendar.ts';
import type { Health } from '../health.ts';
import type { Sentences } from '../sentences.ts';
import { type Days, rowId } from './days.ts';

/** 86 unpaid day-fines are 21 days; two years earlier there were 49, twelve days. */
export function clientOneSentences({ today, admitted, release }: Days): Sentences {
  const fined = (id: number, decided: number, total: number, unpaid: number): Sentences['sanctions'][number] => ({
    id: rowId(id),
    type: 'CONVERSION_SENTENCE',
    offence: 'PETTY_THEFT',
    decidedOn: isoDate(decided),
    dayFinesTotal: total,
    dayFinesUnpaid: unpaid,
    dayFineEuros: 6,
    conversionDays: conversionDays(unpaid, new Date(`${isoDate(decided)}T00:00:00Z`)),
    lengthDays: null,
  });
  const planId = rowId(34);
  return {
    sanctions: [fined(30, today - 820, 49, 49), fined(31, today - 130, 98, 86)],
    custody: [
      {
        id: rowId(32),
        unit: 'HELSINKI',
        phase: 'RELEASED',
        admittedOn: isoDate(today - 742),
        releasedOn: isoDate(today - 730),
        releaseEarliest: null,
        releaseLatest: null,
        releaseSource: null,
        releaseAsOf: null,
        releaseConfidence: null,
        protectionOrder: false,
      },
      {
        id: rowId(33),
        unit: 'HELSINKI',
        phase: 'CLOSED_PRISON',
        admittedOn: isoDate(admitted),
        releasedOn: null,
        releaseEarliest: isoDate(release),
        releaseLatest: isoDate(release),
        releaseSource: 'CONVERSION_ORDER',
        releaseAsOf: at(workingDay(today - 1, -1), '08:40'),
        releaseConfidence: 'CONFIRMED',
        protectionOrder: false,
      },
    ],
    leaves: [],
    plans: [
      {
        id: planId,
        state: 'CONFIRMED',
        draftedOn: isoDate(workingDay(today - 14)),
        confirmedOn: isoDate(workingDay(today - 12)),
        updatedOn: null,
        evaluatedOn: null,
      },
    ],
    planGoals: [
      { id: rowId(35), planId, area: 'HOUSING', goal: 'Asunto järjestyy ennen vapautumista', state: 'ONGOING' },
      { id: rowId(36), planId, area: 'SUBSTANCES', goal: 'Korvaushoito jatkuu keskeytyksettä', state: 'ONGOING' },
    ],
    activities: [
      { id: rowId(37), planId, kind: 'SOCIAL_REHABILITATION', startsOn: isoDate(workingDay(today - 11)), endsOn: null },
    ],
    releasePlans: [
      {
        planId,
        madeOn: isoDate(workingDay(today - 12)),
        housing: 'OPEN',
        income: 'UNDER_WAY',
        employment: 'ARRANGED',
        health: 'ARRANGED',
        contact: 'ARRANGED',
      },
    ],
  };
}

/** A dose a day at half past eight; the first one outside is the receiving clinic's. */
export function clientOneHealth({ today, minute, admitted, consent }: Days): Health {
  const last = minute >= 8 * 60 + 30 ? today : today - 1;
  return {
    conditions: [
      {
        id: rowId(60),
        controller: 'PRISON_HEALTH',
        careUnit: 'VTH_HELSINKI',
        icd10: 'F11.2',
        notedOn: isoDate(today - 900),
        endedOn: null,
      },
      // Found outside: in the city's register, not in the prison health unit's own.
      {
        id: rowId(64),
        controller: 'HELSINKI',
        careUnit: 'HEL_HEALTH_CENTRE',
        icd10: 'B18.2',
        notedOn: isoDate(today - 1_000),
        endedOn: null,
      },
    ],
    medications: [
      {
        id: rowId(61),
        controller: 'PRISON_HEALTH',
        atc: 'N06AX11',
        doseMg: 15,
        timesADay: 1,
        startsOn: isoDate(admitted + 2),
        endsOn: null,
      },
    ],
    substitution: [
      {
        controller: 'PRISON_HEALTH',
        mode: 'SUPERVISED_DAILY',
        atc: 'N07BC51',
        product: 'Buprenorfiini-naloksoni',
        doseMg: 16,
        startedOn: isoDate(today - 380),
        lastDoseAt: at(last, '08:30'),
        nextDoseAt: at(last + 1, '08:30'),
        givingUnit: 'VTH_HELSINKI',
        receivingClinic: 'HEL_OST_CLINIC',
      },
    ],
    workAbility: [
      {
        id: rowId(62),
        controller: 'PRISON_HEALTH',
        assessedOn: isoDate(consent),
        score: 5,
        limits: ['CONCENTRATION', 'REGULAR_HOURS'],
        statement: 'PART_TIME',
      },
    ],
    handovers: [
      {
        id: rowId(63),
        fromUnit: 'VTH_HELSINKI',
        toUnit: 'HEL_OST_CLINIC',
        state: 'RECEIVED',
        plannedOn: isoDate(workingDay(today - 10, -1)),
        sentAt: at(workingDay(today - 7, -1), '10:30'),
        receivedAt: at(workingDay(today - 6, -1), '13:15'),
      },
    ],
  };
}
