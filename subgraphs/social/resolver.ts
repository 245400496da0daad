import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { SubgraphContext } from '../define.ts';
import { openRows } from '../register.ts';
import { Client } from './client.ts';
import { currentHousing, Housing } from './housing.ts';
import { SocialAssistance, SocialBenefit } from './income.ts';
import type { SocialLoaders } from './loaders.ts';
import { maskControllers, maskTasks } from './place.ts';
import { keepersOf } from './register.ts';
import { SocialClientPlan, SocialClientPlanGoal, SocialServiceDecision, SocialServiceTask } from './services.ts';

type Context = SubgraphContext<SocialLoaders>;

/** What social services know of a client. */
@Resolver(() => Client)
export class ClientResolver {
  @FieldResolver(() => Housing, { nullable: true, description: 'Housing now (fi asuminen / sv boende).' })
  @Directive('@category(name: "HOUSING")')
  async housing(@Root() client: Client, @Ctx() context: Context): Promise<Housing | null> {
    const rows = openRows(context, 'HOUSING', await context.load.housing.load(client.id), keepersOf);
    return currentHousing(maskControllers(context.pass, rows));
  }

  @FieldResolver(() => [SocialServiceTask], {
    nullable: true,
    description: 'Cases in social services, newest first (fi sosiaalipalvelut / sv socialservice).',
  })
  @Directive('@category(name: "SOCIAL_SERVICES")')
  async socialServices(@Root() client: Client, @Ctx() context: Context): Promise<readonly SocialServiceTask[]> {
    const rows = await context.load.tasks.load(client.id);
    return maskTasks(context.pass, openRows(context, 'SOCIAL_SERVICES', rows, keepersOf));
  }

  @FieldResolver(() => [SocialAssistance], {
    nullable: true,
    description: 'Social assistance, newest first (fi toimeentulotuki / sv utkomststöd).',
  })
  @Directive('@category(name: "SOCIAL_ASSISTANCE")')
  async socialAssistance(@Root() client: Client, @Ctx() context: Context): Promise<readonly SocialAssistance[]> {
    const rows = await context.load.assistance.load(client.id);
    return maskControllers(context.pass, openRows(context, 'SOCIAL_ASSISTANCE', rows, keepersOf));
  }

  @FieldResolver(() => [SocialBenefit], {
    nullable: true,
    description: 'Benefits, newest first (fi etuudet / sv förmåner).',
  })
  @Directive('@category(name: "BENEFITS")')
  async benefits(@Root() client: Client, @Ctx() context: Context): Promise<readonly SocialBenefit[]> {
    return openRows(context, 'BENEFITS', await context.load.benefits.load(client.id), () => 'NATIONAL');
  }
}

@Resolver(() => SocialServiceTask)
export class ServiceTaskResolver {
  @FieldResolver(() => [SocialClientPlan], {
    description: 'Client plans of the case, newest first (fi asiakassuunnitelmat / sv klientplaner).',
  })
  async clientPlans(@Root() task: SocialServiceTask, @Ctx() context: Context): Promise<readonly SocialClientPlan[]> {
    const plans = (await context.load.plans.load(task.clientId)).filter(({ taskId }) => taskId === task.id);
    return maskControllers(context.pass, openRows(context, 'SOCIAL_SERVICES', plans, keepersOf));
  }

  @FieldResolver(() => [SocialServiceDecision], {
    description: 'Decisions of the case, newest first (fi palvelupäätökset / sv servicebeslut).',
  })
  async decisions(@Root() task: SocialServiceTask, @Ctx() context: Context): Promise<readonly SocialServiceDecision[]> {
    const decisions = (await context.load.decisions.load(task.clientId)).filter(({ taskId }) => taskId === task.id);
    return maskControllers(context.pass, openRows(context, 'SOCIAL_SERVICES', decisions, keepersOf));
  }
}

@Resolver(() => SocialClientPlan)
export class ClientPlanResolver {
  /** Goals are the plan's: whoever may see the plan sees them. */
  @FieldResolver(() => [SocialClientPlanGoal], { description: 'Goals of the plan (fi tavoitteet / sv mål).' })
  async goals(@Root() plan: SocialClientPlan, @Ctx() { load }: Context): Promise<readonly SocialClientPlanGoal[]> {
    return (await load.goals.load(plan.clientId)).filter(({ planId }) => planId === plan.id);
  }
}
