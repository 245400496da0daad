import type { Agency } from '../schema/categories.ts';
import type { WorkerRole } from '../schema/codes/contact.ts';
import type {
  AppointmentReason,
  DeclineReason,
  MeetingChannel,
  MeetingState,
  ReferralState,
} from '../schema/codes/meetings.ts';
import { SERVICE_UNITS } from '../schema/codes/service-units.ts';
import { at, type Day, isoDate, later, workingDay } from './calendar.ts';
import type { MeetingRow } from './employment.ts';
import type { Ground } from './ground.ts';
import type { Random } from './random.ts';
import type { Tie } from './ties.ts';

export interface WorkerRow {
  readonly id: string;
  readonly agency: Agency;
  readonly organisation: string;
  readonly unit: string;
  readonly role: WorkerRole;
  readonly worker: string;
  readonly workerName: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

export interface AppointmentRow {
  readonly id: string;
  readonly agency: Agency;
  readonly organisation: string;
  readonly unit: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly state: MeetingState;
  readonly channel: MeetingChannel;
  readonly reason: AppointmentReason;
}

export interface ReferralRow {
  readonly id: string;
  readonly fromAgency: Agency;
  readonly fromOrganisation: string;
  readonly fromUnit: string;
  readonly toAgency: Agency;
  readonly toOrganisation: string;
  readonly toUnit: string;
  readonly reason: AppointmentReason;
  readonly state: ReferralState;
  readonly declineReason: DeclineReason | null;
  readonly sentAt: string;
  readonly receivedAt: string | null;
  readonly decidedAt: string | null;
  readonly completedAt: string | null;
}

export function responsibleWorkers({ stream }: Pick<Ground, 'stream'>, ties: readonly Tie[]): WorkerRow[] {
  const random = stream('responsible workers');
  return ties.flatMap(({ agency, organisation, unit, role, worker, from, until }) => {
    if (worker === undefined) return [];
    const validUntil = until === undefined ? null : isoDate(until);
    return [
      {
        id: random.uuid(),
        agency,
        organisation,
        unit,
        role,
        worker: worker.id,
        workerName: worker.name,
        validFrom: isoDate(from),
        validUntil,
      },
    ];
  });
}

/** Those of the employment services, and what the other open cases have booked or held. */
export function appointments(
  { today, stream }: Ground,
  ties: readonly Tie[],
  meetings: readonly MeetingRow[],
): AppointmentRow[] {
  const random = stream('appointments');
  const office = ties.find(({ agency, role }) => agency === 'EMPLOYMENT_SERVICES' && role === 'RESPONSIBLE');
  const rows =
    office === undefined
      ? []
      : meetings.flatMap((meeting) => (meeting.at === null ? [] : [ofMeeting(random, office, meeting, meeting.at)]));
  for (const one of ties) {
    if (one === office || one.until !== undefined || !random.chance(0.4)) continue;
    const past = random.chance(0.45) && today - one.from > 3;
    const day = past
      ? workingDay(today - random.int(1, Math.min(60, today - one.from)), -1)
      : workingDay(today + random.int(1, 30));
    const state = past
      ? random.weighted<MeetingState>({ HELD: 75, NO_SHOW: 17, CANCELLED: 8 })
      : random.weighted<MeetingState>({ BOOKED: 75, PROPOSED: 15, MOVED: 10 });
    const channel = random.weighted<MeetingChannel>({ ON_SITE: 60, PHONE: 20, VIDEO: 20 });
    rows.push(
      appointment(
        random,
        one,
        at(day, `${random.pick(['09', '10', '13', '14'])}:${random.pick(['00', '30'])}`),
        state,
        channel,
        reasonOf(random, one),
      ),
    );
  }
  return rows;
}

/** Onward referrals: the one behind an accepted case, and open ones; some stay unanswered. */
export function referrals({ today, lastStay, traits, stream }: Ground, ties: readonly Tie[]): ReferralRow[] {
  const random = stream('referrals');
  const sender = lastStay?.unit ?? (traits.region && `${traits.region.prefix}-ADULT-SOCIAL-WORK`);
  if (sender === undefined) return [];
  const rows = ties
    .filter(({ kind }) => kind === 'ACCEPTED_REFERRAL')
    .map((one) =>
      referral(
        random,
        sender,
        one.unit,
        reasonOf(random, one),
        random.chance(0.75) ? 'ACCEPTED' : 'COMPLETED',
        one.from - 5,
        one.from,
      ),
    );
  if (traits.region && random.chance(0.3)) {
    const state = random.weighted<ReferralState>({ SENT: 35, RECEIVED: 25, DECLINED: 20, COMPLETED: 20 });
    const [unit, reason] = random.pick([
      [`${traits.region.prefix}-ADULT-SOCIAL-WORK`, 'HOUSING'],
      [`${traits.region.prefix}-EMPLOYMENT-AREA`, 'EMPLOYMENT'],
      [`${traits.region.prefix}-HEALTH-CENTRE`, 'HEALTH'],
      ['PEER-SUPPORT', 'PEER_SUPPORT'],
    ] as const);
    if (unit !== sender) {
      const sent = today - random.int(2, 45);
      rows.push(referral(random, sender, unit, reason, state, sent, Math.min(today - 1, sent + random.int(1, 12))));
    }
  }
  return rows;
}

function ofMeeting(
  random: Random,
  office: Tie,
  { state, channel, subject }: MeetingRow,
  start: string,
): AppointmentRow {
  return appointment(random, office, start, state, channel, subject === 'WORK_ABILITY' ? 'WORK_ABILITY' : 'EMPLOYMENT');
}

function appointment(
  random: Random,
  { agency, organisation, unit }: Tie,
  startsAt: string,
  state: MeetingState,
  channel: MeetingChannel,
  reason: AppointmentReason,
): AppointmentRow {
  return {
    id: random.uuid(),
    agency,
    organisation,
    unit,
    startsAt,
    endsAt: later(startsAt, random.pick([30, 45, 60])),
    state,
    channel,
    reason,
  };
}

function reasonOf(random: Random, { agency, role }: Tie): AppointmentReason {
  if (role === 'COORDINATOR') return random.chance(0.6) ? 'WORK_ABILITY' : 'JOINT_MEETING';
  if (role === 'PEER') return 'PEER_SUPPORT';
  if (agency === 'HEALTH_CARE') return random.chance(0.6) ? 'HEALTH' : 'SUBSTANCE_SERVICES';
  if (agency === 'PRISON_SERVICE') return random.chance(0.6) ? 'JOINT_MEETING' : 'DEBT_ADVICE';
  return random.chance(0.6) ? 'HOUSING' : 'INCOME';
}

function referral(
  random: Random,
  from: string,
  to: string,
  reason: AppointmentReason,
  state: ReferralState,
  sent: Day,
  decided: Day,
): ReferralRow {
  const [sender, receiver] = [SERVICE_UNITS[from]!, SERVICE_UNITS[to]!];
  const [asked, answered] = [workingDay(sent, -1), workingDay(decided, -1)];
  const isDecided = state !== 'SENT' && state !== 'RECEIVED';
  return {
    id: random.uuid(),
    fromAgency: sender.agency,
    fromOrganisation: sender.organisation,
    fromUnit: from,
    toAgency: receiver.agency,
    toOrganisation: receiver.organisation,
    toUnit: to,
    reason,
    state,
    declineReason:
      state === 'DECLINED'
        ? random.weighted({ NO_CAPACITY: 40, NOT_ELIGIBLE: 25, OTHER_MUNICIPALITY: 20, CLIENT_DECLINED: 15 })
        : null,
    sentAt: at(asked, '10:05'),
    receivedAt: state === 'SENT' ? null : at(workingDay(Math.min(decided, sent + 1), -1), '12:30'),
    decidedAt: isDecided ? at(answered, '14:10') : null,
    completedAt: state === 'COMPLETED' ? at(answered, '15:40') : null,
  };
}
