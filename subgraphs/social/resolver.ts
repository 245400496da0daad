import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { SubgraphContext } from '../define.ts';
import { Client } from './client.ts';
import { currentHousing, Housing } from './housing.ts';
import { SocialAssistance, SocialBenefit } from './income.ts';
import type { SocialLoaders } from './loaders.ts';
import { maskControllers, maskTasks } from './place.ts';
import { SocialClientPlan, SocialClientPlanGoal, SocialServiceDecision, SocialServiceTask } from './services.ts';

type Context = SubgraphContext<SocialLoaders>;

/** What social services know of a client. */
@Resolver(() => Client)
export class ClientResolver {
  @FieldResolver(() => Housing, { nullable: true, description: 'Housing now (fi asuminen / sv boende).' })
  @Directive('@category(name: "HOUSING")')
  async housing(@Root() client: Client, @Ctx() { load, pass }: Context): Promise<Housing | null> {
    return currentHousing(maskControllers(pass, await load.housing.load(client.id)));
  }

  @FieldResolver(() => [SocialServiceTask], {
    nullable: true,
    description: 'Cases in social services, newest first (fi sosiaalipalvelut / sv socialservice).',
  })
  @Directive('@category(name: "SOCIAL_SERVICES")')
  async socialServices(@Root() client: Client, @Ctx() { load, pass }: Context): Promise<readonly SocialServiceTask[]> {
    return maskTasks(pass, await load.tasks.load(client.id));
  }

  @FieldResolver(() => [SocialAssistance], {
    nullable: true,
    description: 'Social assistance, newest first (fi toimeentulotuki / sv utkomststöd).',
  })
  @Directive('@category(name: "SOCIAL_ASSISTANCE")')
  async socialAssistance(@Root() client: Client, @Ctx() { load, pass }: Context): Promise<readonly SocialAssistance[]> {
    return maskControllers(pass, await load.assistance.load(client.id));
  }

  @FieldResolver(() => [SocialBenefit], {
    nullable: true,
    description: 'Benefits, newest first (fi etuudet / sv förmåner).',
  })
  @Directive('@category(name: "BENEFITS")')
  benefits(@Root() client: Client, @Ctx() { load }: Context): Promise<readonly SocialBenefit[]> {
    return load.benefits.load(client.id);
  }
}

@Resolver(() => SocialServiceTask)
export class ServiceTaskResolver {
  @FieldResolver(() => [SocialClientPlan], {
    description: 'Client plans of the case, newest first (fi asiakassuunnitelmat / sv klientplaner).',
  })
  async clientPlans(
    @Root() task: SocialServiceTask,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly SocialClientPlan[]> {
    const plans = await load.plans.load(task.clientId);
    return maskControllers(
      pass,
      plans.filter(({ taskId }) => taskId === task.id),
    );
  }

  @FieldResolver(() => [SocialServiceDecision], {
    description: 'Decisions of the case, newest first (fi palvelupäätökset / sv servicebeslut).',
  })
  async decisions(
    @Root() task: SocialServiceTask,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly SocialServiceDecision[]> {
    const decisions = await load.decisions.load(task.clientId);
    return maskControllers(
      pass,
      decisions.filter(({ taskId }) => taskId === task.id),
    );
  }
}

@Resolver(() => SocialClientPlan)
export class ClientPlanResolver {
  @FieldResolver(() => [SocialClientPlanGoal], { description: 'Goals of the plan (fi tavoitteet / sv mål).' })
  async goals(@Root() plan: SocialClientPlan, @Ctx() { load }: Context): Promise<readonly SocialClientPlanGoal[]> {
    return (await load.goals.load(plan.clientId)).filter(({ planId }) => planId === plan.id);
  }
}
