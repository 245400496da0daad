import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { Agency } from '../../schema/categories.ts';
import type { WorkerRole } from '../../schema/codes/contact.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { Client } from './client.ts';
import { WorkerRoleEnum } from './enums.ts';
import type { Context, WorkerRow } from './loaders.ts';
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

  @FieldResolver(() => [AgencyEnum], {
    nullable: true,
    description:
      'Sectors outside prison where somebody has answered for the client and nobody does now (fi ilman vastuutyöntekijää / sv utan ansvarig arbetstagare).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  async withoutResponsibleWorker(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Agency[]> {
    const rows = (await context.load.workers.load(id)).filter(
      (row) => row.role === 'RESPONSIBLE' && !isPrisonSide(row),
    );
    const answered = new Set(rows.filter(({ current }) => current).map(({ agency }) => agency));
    const agencies = new Set(rows.map(({ agency }) => agency as Agency));
    return [...agencies].filter((agency) => !answered.has(agency));
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
