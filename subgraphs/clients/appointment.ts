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
import type { Context } from './loaders.ts';
import { ServicePoint, servicePoints } from './point.ts';

@ObjectType('ClientAppointment', { description: 'Appointment with an agency (fi tapaaminen / sv möte).' })
export class Appointment {
  @Field(() => ID, { description: 'Id of the appointment (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ServicePoint, { description: 'With whom (fi palvelupiste / sv serviceställe).' })
  readonly point!: ServicePoint;

  @Field(() => AppointmentReasonEnum, { description: 'What it is about (fi aihe / sv ärende).' })
  readonly reason!: AppointmentReason;

  @Field(() => DateTimeScalar, { description: 'Start (fi alkaa / sv börjar).' })
  readonly startsAt!: Date;

  @Field(() => DateTimeScalar, { description: 'End (fi päättyy / sv slutar).' })
  readonly endsAt!: Date;

  @Field(() => AppointmentStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state!: MeetingState;

  @Field(() => AppointmentChannelEnum, { description: 'How they meet (fi tapaamistapa / sv mötesform).' })
  readonly channel!: MeetingChannel;
}

@ObjectType('ClientReferral', { description: 'Onward referral to a service (fi ohjaus / sv hänvisning).' })
export class Referral {
  @Field(() => ID, { description: 'Id of the referral (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ServicePoint, { description: 'Who refers (fi lähettäjä / sv avsändare).' })
  readonly from!: ServicePoint;

  @Field(() => ServicePoint, { description: 'Who is to serve (fi vastaanottaja / sv mottagare).' })
  readonly to!: ServicePoint;

  @Field(() => AppointmentReasonEnum, { description: 'What it is about (fi aihe / sv ärende).' })
  readonly reason!: AppointmentReason;

  @Field(() => ReferralStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state!: ReferralState;

  @Field(() => DeclineReasonEnum, {
    nullable: true,
    description: 'Why it was declined; null unless it was (fi hylkäyksen syy / sv orsak till avböjande).',
  })
  readonly declineReason!: DeclineReason | null;

  @Field(() => DateTimeScalar, { description: 'Sent (fi lähetetty / sv skickad).' })
  readonly sentAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Received: the receipt of the recipient (fi vastaanotettu / sv mottagen).',
  })
  readonly receivedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Accepted or declined (fi ratkaistu / sv avgjord).',
  })
  readonly decidedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Completed (fi toteutunut / sv genomförd).' })
  readonly completedAt!: Date | null;
}

@Resolver(() => Client)
export class AppointmentResolver {
  @FieldResolver(() => [Appointment], {
    nullable: true,
    description: 'Appointments with every agency, by start (fi tapaamiset / sv möten).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  async appointments(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Appointment[]> {
    const [rows, pointOf] = await Promise.all([context.load.appointments.load(id), servicePoints(context, id)]);
    return rows.map((row) => ({ ...row, point: pointOf(row) }));
  }

  @FieldResolver(() => [Referral], {
    nullable: true,
    description: 'Onward referrals, by the time of sending (fi ohjaukset / sv hänvisningar).',
  })
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  async referrals(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Referral[]> {
    const [rows, pointOf] = await Promise.all([context.load.referrals.load(id), servicePoints(context, id)]);
    return rows.map((row) => ({
      ...row,
      from: pointOf({ agency: row.fromAgency, organisation: row.fromOrganisation, unit: row.fromUnit }),
      to: pointOf({ agency: row.toAgency, organisation: row.toOrganisation, unit: row.toUnit }),
    }));
  }
}
