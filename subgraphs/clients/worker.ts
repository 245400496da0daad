import { Arg, Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { Agency } from '../../schema/categories.ts';
import type { WorkerRole } from '../../schema/codes/contact.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { Client } from './client.ts';
import { WorkerRoleEnum } from './enums.ts';
import type { Context } from './loaders.ts';
import { ServicePoint, servicePoints } from './point.ts';

@ObjectType({
  description: 'A worker who answers for the client in an agency (fi vastuutyöntekijä / sv ansvarig arbetstagare).',
})
export class ResponsibleWorker {
  @Field(() => ID, { description: 'Id of the assignment (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => WorkerRoleEnum, { description: 'What the worker is to the client (fi tehtävä / sv uppgift).' })
  readonly role!: WorkerRole;

  @Field(() => ID, { description: 'Id of the worker (fi työntekijän tunniste / sv arbetstagarens identifierare).' })
  readonly worker!: string;

  @Field(() => String, { description: 'Name of the worker (fi työntekijän nimi / sv arbetstagarens namn).' })
  readonly workerName!: string;

  @Field(() => ServicePoint, { description: 'Where the worker serves (fi palvelupiste / sv serviceställe).' })
  readonly point!: ServicePoint;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly validFrom!: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day; null without an end (fi päättyen / sv till och med).',
  })
  readonly validUntil!: string | null;
}

@Resolver(() => Client)
export class WorkerResolver {
  @FieldResolver(() => [ResponsibleWorker], {
    nullable: true,
    description:
      'Who answers for the client in each agency, the coordinator and peers (fi vastuutyöntekijät / sv ansvariga arbetstagare).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  async responsibleWorkers(
    @Root() { id }: Client,
    @Arg('past', () => Boolean, {
      defaultValue: false,
      description: 'Also those who no longer answer (fi myös aiemmat / sv även tidigare).',
    })
    past: boolean,
    @Ctx() context: Context,
  ): Promise<readonly ResponsibleWorker[]> {
    const [rows, pointOf] = await Promise.all([context.load.workers.load(id), servicePoints(context, id)]);
    return rows.filter(({ current }) => past || current).map((row) => ({ ...row, point: pointOf(row) }));
  }

  @FieldResolver(() => [AgencyEnum], {
    nullable: true,
    description:
      'Agencies where somebody has answered for the client and nobody does now (fi ilman vastuutyöntekijää / sv utan ansvarig arbetstagare).',
  })
  @Directive('@category(name: "RESPONSIBLE_WORKERS")')
  async withoutResponsibleWorker(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Agency[]> {
    const responsible = (await context.load.workers.load(id)).filter(({ role }) => role === 'RESPONSIBLE');
    const answered = new Set(responsible.filter(({ current }) => current).map(({ agency }) => agency));
    const agencies = new Set(responsible.map(({ agency }) => agency as Agency));
    return [...agencies].filter((agency) => !answered.has(agency));
  }
}
