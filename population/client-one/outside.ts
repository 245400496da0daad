import { at, isoDate, workingDay } from '../calendar.ts';
import type { Employment } from '../employment.ts';
import type { Social } from '../social.ts';
import type { Directory } from '../staff.ts';
import { type Days, rowId } from './days.ts';

/** Homeless after release; a social worker of his own; assistance applied for before release and not decided yet. */
export function clientOneSocial({ today, admitted, release }: Days, directory: Directory): Social {
  const controller = 'HELSINKI';
  const unit = 'HEL-ADULT-SOCIAL-WORK';
  const worker = directory.first(unit);
  const [taskId, planId] = [rowId(42), rowId(43)];
  const made = workingDay(today - 350);
  const applied = workingDay(today - 1, -1);
  return {
    housing: [
      // Before he came to Helsinki another controller kept it: its rows are no part of Helsinki's own register.
      {
        id: rowId(49),
        controller: 'WESTERN_UUSIMAA',
        housingClass: 'OWN_TENANCY',
        tenancy: 'CITY_RENTAL',
        need: 'NONE',
        validFrom: isoDate(today - 1_300),
        validUntil: isoDate(today - 241),
      },
      {
        id: rowId(40),
        controller,
        housingClass: 'WITH_ACQUAINTANCES',
        tenancy: null,
        need: 'INDEPENDENT_HOUSING',
        validFrom: isoDate(today - 240),
        validUntil: isoDate(admitted),
      },
      {
        id: rowId(41),
        controller,
        housingClass: 'RELEASED_WITHOUT_HOUSING',
        tenancy: null,
        need: 'SUPPORTED_HOUSING',
        validFrom: isoDate(admitted + 1),
        validUntil: null,
      },
    ],
    tasks: [
      {
        id: taskId,
        controller,
        task: 'WORKING_AGE',
        state: 'SERVICE',
        openedOn: isoDate(today - 410),
        closedOn: null,
        ownWorker: worker.id,
        ownWorkerName: worker.name,
        ownWorkerUnit: unit,
      },
    ],
    plans: [{ id: planId, taskId, controller, madeOn: isoDate(made), reviewOn: isoDate(workingDay(release + 20)) }],
    planGoals: [
      { id: rowId(44), planId, area: 'HOUSING', goal: 'Tuettu asunto löytyy', state: 'ONGOING' },
      { id: rowId(45), planId, area: 'INCOME', goal: 'Toimeentulo on turvattu vapautumispäivästä', state: 'ONGOING' },
    ],
    decisions: [
      {
        id: rowId(46),
        taskId,
        controller,
        service: 'SOCIAL_WORK',
        outcome: 'GRANTED',
        decidedOn: isoDate(made),
        validFrom: isoDate(made),
        validUntil: isoDate(made + 730),
      },
    ],
    assistance: [
      {
        id: rowId(47),
        kind: 'BASIC',
        controller: 'KELA',
        appliedOn: isoDate(applied),
        decidedOn: null,
        outcome: null,
        periodFrom: isoDate(release),
        periodUntil: isoDate(release + 29),
      },
    ],
    benefits: [
      {
        id: rowId(48),
        benefit: 'LABOUR_MARKET_SUBSIDY',
        state: 'SUSPENDED',
        startsOn: isoDate(today - 300),
        endsOn: null,
      },
    ],
  };
}

/** Unemployed, with a multisector plan whose goals meet the other agencies', and a meeting before release. */
export function clientOneEmployment({ today, meeting, release }: Days): Employment {
  const planId = rowId(51);
  const starts = workingDay(release + 10);
  return {
    statuses: [
      { id: rowId(50), area: 'HELSINKI', status: 'S02_UNEMPLOYED', validFrom: isoDate(today - 300), validUntil: null },
    ],
    plans: [
      {
        id: planId,
        kind: 'MULTISECTOR_PLAN',
        state: 'IN_FORCE',
        madeOn: isoDate(workingDay(today - 90)),
        reviewOn: isoDate(workingDay(release + 30)),
      },
    ],
    planGoals: [
      {
        id: rowId(52),
        planId,
        area: 'WORK',
        goal: 'Työkyky arvioidaan ja polku työhön suunnitellaan',
        state: 'ONGOING',
      },
      { id: rowId(53), planId, area: 'HOUSING', goal: 'Asuminen vakaaksi ennen työkokeilua', state: 'SET' },
    ],
    services: [
      {
        id: rowId(54),
        service: 'REHABILITATIVE_WORK',
        state: 'PROPOSED',
        provider: 'Pajakeskus Esimerkki',
        startsOn: isoDate(starts),
        endsOn: isoDate(starts + 90),
      },
    ],
    meetings: [
      {
        id: rowId(55),
        state: 'HELD',
        channel: 'ON_SITE',
        subject: 'INITIAL_INTERVIEW',
        at: at(workingDay(today - 9, -1), '09:30'),
        prisonUnit: 'HELSINKI',
      },
      {
        id: rowId(56),
        state: 'BOOKED',
        channel: 'VIDEO',
        subject: 'RELEASE_PREPARATION',
        at: at(meeting, '10:00'),
        prisonUnit: 'HELSINKI',
      },
    ],
  };
}
