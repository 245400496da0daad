import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type {
  AppointmentReason,
  DeclineReason,
  MeetingChannel,
  MeetingState,
  ReferralState,
} from '../../schema/codes/meetings.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { Client } from './client.ts';
import {
  AppointmentChannelEnum,
  AppointmentReasonEnum,
  AppointmentStateEnum,
  DeclineReasonEnum,
  ReferralStateEnum,
} from './enums.ts';
import type { Context, Place, ReferralRow } from './loaders.ts';
import { isPrisonSide, ServicePoint, servicePoints } from './point.ts';

@ObjectType('ClientAppointment', {
  simpleResolvers: true,
  description: 'Appointment with an agency (fi tapaaminen / sv möte).',
})
export class Appointment {
  @Field(() => ID, { description: 'Id of the appointment (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => ServicePoint, { description: 'With whom (fi palvelupiste / sv serviceställe).' })
  readonly point: ServicePoint;

  @Field(() => AppointmentReasonEnum, { description: 'What it is about (fi aihe / sv ärende).' })
  readonly reason: AppointmentReason;

  @Field(() => DateTimeScalar, { description: 'Start (fi alkaa / sv börjar).' })
  readonly startsAt: Date;

  @Field(() => DateTimeScalar, { description: 'End (fi päättyy / sv slutar).' })
  readonly endsAt: Date;

  @Field(() => AppointmentStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: MeetingState;

  @Field(() => AppointmentChannelEnum, { description: 'How they meet (fi tapaamistapa / sv mötesform).' })
  readonly channel: MeetingChannel;
}

@ObjectType('ClientReferral', {
  simpleResolvers: true,
  description: 'Onward referral to a service (fi ohjaus / sv hänvisning).',
})
export class Referral {
  @Field(() => ID, { description: 'Id of the referral (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => ServicePoint, { description: 'Who refers (fi lähettäjä / sv avsändare).' })
  readonly from: ServicePoint;

  @Field(() => ServicePoint, { description: 'Who is to serve (fi vastaanottaja / sv mottagare).' })
  readonly to: ServicePoint;

  @Field(() => AppointmentReasonEnum, { description: 'What it is about (fi aihe / sv ärende).' })
  readonly reason: AppointmentReason;

  @Field(() => ReferralStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: ReferralState;

  @Field(() => DeclineReasonEnum, {
    nullable: true,
    description: 'Why it was declined; null unless it was (fi hylkäyksen syy / sv orsak till avböjande).',
  })
  readonly declineReason: DeclineReason | null;

  @Field(() => DateTimeScalar, { description: 'Sent (fi lähetetty / sv skickad).' })
  readonly sentAt: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Received: the receipt of the recipient (fi vastaanotettu / sv mottagen).',
  })
  readonly receivedAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Accepted or declined (fi ratkaistu / sv avgjord).',
  })
  readonly decidedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Completed (fi toteutunut / sv genomförd).' })
  readonly completedAt: Date | null;
}

/** Whether somebody is still to act on the referral. */
export function isOpen({ state }: ReferralRow): boolean {
  return state !== 'DECLINED' && state !== 'COMPLETED';
}

/** Who is to serve after the referral. */
export function receiverOf(row: ReferralRow): Place {
  return { agency: row.toAgency, organisation: row.toOrganisation, unit: row.toUnit };
}

@Resolver(() => Client)
export class AppointmentResolver {
  @FieldResolver(() => [Appointment], {
    nullable: true,
    description:
      'Appointments, by start; those with the prison stand in prisonAppointments (fi tapaamiset / sv möten).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  appointments(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Appointment[]> {
    return appointmentsOf(context, id, (row) => !isPrisonSide(row));
  }

  @FieldResolver(() => [Appointment], {
    nullable: true,
    description:
      'Appointments with the prison service and prison health care, by start (fi tapaamiset vankilan kanssa / sv möten med fängelset).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  @Directive('@category(name: "CUSTODY")')
  prisonAppointments(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Appointment[]> {
    return appointmentsOf(context, id, isPrisonSide);
  }

  @FieldResolver(() => [Referral], {
    nullable: true,
    description:
      'Onward referrals, by the time of sending; those of the prison stand in prisonReferrals (fi ohjaukset / sv hänvisningar).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  referrals(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Referral[]> {
    return referralsOf(context, id, (from, to) => !isPrisonSide(from) && !isPrisonSide(to));
  }

  @FieldResolver(() => [Referral], {
    nullable: true,
    description:
      'Onward referrals from or to the prison service and prison health care (fi vankilan ohjaukset / sv fängelsets hänvisningar).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  @Directive('@category(name: "CUSTODY")')
  prisonReferrals(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Referral[]> {
    return referralsOf(context, id, (from, to) => isPrisonSide(from) || isPrisonSide(to));
  }
}

async function appointmentsOf(
  context: Context,
  clientId: string,
  wanted: (place: Place) => boolean,
): Promise<readonly Appointment[]> {
  const { appointments } = context.load;
  const [rows, pointOf] = await Promise.all([appointments.load(clientId), servicePoints(context, clientId)]);
  return rows.filter(wanted).map((row) => ({ ...row, point: pointOf(row) }));
}

async function referralsOf(
  context: Context,
  clientId: string,
  wanted: (from: Place, to: Place) => boolean,
): Promise<readonly Referral[]> {
  const { referrals } = context.load;
  const [rows, pointOf] = await Promise.all([referrals.load(clientId), servicePoints(context, clientId)]);
  return rows.flatMap((row) => {
    const from = { agency: row.fromAgency, organisation: row.fromOrganisation, unit: row.fromUnit };
    const to = receiverOf(row);
    return wanted(from, to) ? [{ ...row, from: pointOf(from), to: pointOf(to) }] : [];
  });
}
