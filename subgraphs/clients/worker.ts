import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { Agency } from '../../schema/categories.ts';
import type { WorkerRole } from '../../schema/codes/contact.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { isOpen, receiverOf } from './appointment.ts';
import { Client } from './client.ts';
import { WorkerRoleEnum } from './enums.ts';
import type { Context, Place, WorkerRow } from './loaders.ts';
import { isPrisonSide, ServicePoint, servicePoints } from './point.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'A worker who answers for the client in an agency (fi vastuutyöntekijä / sv ansvarig arbetstagare).',
})
export class ResponsibleWorker {
  @Field(() => ID, { description: 'Id of the assignment (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => WorkerRoleEnum, { description: 'What the worker is to the client (fi tehtävä / sv uppgift).' })
  readonly role: WorkerRole;

  @Field(() => ID, { description: 'Id of the worker (fi työntekijän tunniste / sv arbetstagarens identifierare).' })
  readonly worker: string;

  @Field(() => String, { description: 'Name of the worker (fi työntekijän nimi / sv arbetstagarens namn).' })
  readonly workerName: string;

  @Field(() => ServicePoint, { description: 'Where the worker serves (fi palvelupiste / sv serviceställe).' })
  readonly point: ServicePoint;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly validFrom: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day; null without an end (fi päättyen / sv till och med).',
  })
  readonly validUntil: string | null;
}

const PAST = {
  defaultValue: false,
  description: 'Also those who no longer answer (fi myös aiemmat / sv även tidigare).',
};

@Resolver(() => Client)
export class WorkerResolver {
  @FieldResolver(() => [ResponsibleWorker], {
    nullable: true,
    description:
      'Who answers for the client in each agency, the coordinator and peers; those in prison stand in prisonWorkers (fi vastuutyöntekijät / sv ansvariga arbetstagare).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  responsibleWorkers(
    @Root() { id }: Client,
    @Arg('past', () => Boolean, PAST) past: boolean,
    @Ctx() context: Context,
  ): Promise<readonly ResponsibleWorker[]> {
    return workersOf(context, id, (row) => !isPrisonSide(row) && (past || row.current));
  }

  @FieldResolver(() => [ResponsibleWorker], {
    nullable: true,
    description:
      'Who answers for the client in prison and in prison health care (fi vastuutyöntekijät vankilassa / sv ansvariga arbetstagare i fängelset).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  @Directive('@category(name: "CUSTODY")')
  prisonWorkers(
    @Root() { id }: Client,
    @Arg('past', () => Boolean, PAST) past: boolean,
    @Ctx() context: Context,
  ): Promise<readonly ResponsibleWorker[]> {
    return workersOf(context, id, (row) => isPrisonSide(row) && (past || row.current));
  }

  // Prison is left out: who serves there tells of a stay, which is data of CUSTODY.
  @FieldResolver(() => [AgencyEnum], {
    nullable: true,
    description:
      'Sectors outside prison that have a worker no more, an open referral or an appointment to come, and nobody who answers today (fi ilman vastuutyöntekijää / sv utan ansvarig arbetstagare).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  @Directive('@category(name: "APPOINTMENTS_REFERRALS")')
  async withoutResponsibleWorker(@Root() { id }: Client, @Ctx() { load }: Context): Promise<readonly Agency[]> {
    const [workers, appointments, referrals] = await Promise.all([
      load.workers.load(id),
      load.appointments.load(id),
      load.referrals.load(id),
    ]);
    const responsible = workers.filter(({ role }) => role === 'RESPONSIBLE');
    const concerned: Place[] = [
      ...responsible,
      ...appointments.filter(({ toCome }) => toCome),
      ...referrals.filter(isOpen).map(receiverOf),
    ];
    const answered = new Set(responsible.filter(({ current }) => current).map(({ agency }) => agency));
    const agencies = concerned.filter((place) => !isPrisonSide(place)).map(({ agency }) => agency as Agency);
    return [...new Set(agencies)].filter((agency) => !answered.has(agency)).sort();
  }
}

async function workersOf(
  context: Context,
  clientId: string,
  wanted: (row: WorkerRow) => boolean,
): Promise<readonly ResponsibleWorker[]> {
  const [rows, pointOf] = await Promise.all([context.load.workers.load(clientId), servicePoints(context, clientId)]);
  return rows.filter(wanted).map((row) => ({ ...row, point: pointOf(row) }));
}
