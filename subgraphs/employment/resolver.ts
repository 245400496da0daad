import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { SubgraphContext } from '../define.ts';
import { Client } from './client.ts';
import { Employment } from './employment.ts';
import type { EmploymentLoaders } from './loaders.ts';
import { EmploymentMeeting, MeetingBeforeRelease, meetingsBefore } from './meeting.ts';
import { maskMeetings, maskServices, maskStatuses } from './place.ts';
import { EmploymentPlan, EmploymentPlanGoal, EmploymentService } from './plan.ts';
import { JobSeekerStatus } from './status.ts';

type Context = SubgraphContext<EmploymentLoaders>;

/** What employment services know of a client. */
@Resolver(() => Client)
export class ClientResolver {
  @FieldResolver(() => Employment, {
    nullable: true,
    description: 'The client in employment services (fi työllisyys / sv sysselsättning).',
  })
  @Directive('@category(name: "EMPLOYMENT")')
  employment(@Root() client: Client): Employment {
    return { clientId: client.id };
  }

  @FieldResolver(() => [MeetingBeforeRelease], {
    nullable: true,
    description:
      'Meetings up to the release with the days between, newest first; null when no release date is known (fi tapaamiset ennen vapautumista / sv möten före frigivningen).',
  })
  @Directive('@requires(fields: "releaseDate")')
  @Directive('@category(name: "EMPLOYMENT")')
  @Directive('@category(name: "CUSTODY")')
  async meetingsBeforeRelease(
    @Root() { id, releaseDate }: Client,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly MeetingBeforeRelease[] | null> {
    return releaseDate ? meetingsBefore(releaseDate, maskMeetings(pass, await load.meetings.load(id))) : null;
  }
}

@Resolver(() => Employment)
export class EmploymentResolver {
  @FieldResolver(() => JobSeekerStatus, {
    nullable: true,
    description: 'Status now, null for who is no jobseeker (fi työllisyyskoodi / sv sysselsättningskod).',
  })
  async jobSeekerStatus(
    @Root() { clientId }: Employment,
    @Ctx() { load, pass }: Context,
  ): Promise<JobSeekerStatus | null> {
    return maskStatuses(pass, await load.statuses.load(clientId)).find(({ current }) => current) ?? null;
  }

  @FieldResolver(() => [JobSeekerStatus], {
    description: 'All statuses, newest first (fi työllisyyskoodien historia / sv sysselsättningskodernas historia).',
  })
  async statusHistory(
    @Root() { clientId }: Employment,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly JobSeekerStatus[]> {
    return maskStatuses(pass, await load.statuses.load(clientId));
  }

  @FieldResolver(() => [EmploymentPlan], { description: 'Plans, newest first (fi suunnitelmat / sv planer).' })
  plans(@Root() { clientId }: Employment, @Ctx() { load }: Context): Promise<readonly EmploymentPlan[]> {
    return load.plans.load(clientId);
  }

  @FieldResolver(() => [EmploymentService], { description: 'Services, newest first (fi palvelut / sv tjänster).' })
  async services(
    @Root() { clientId }: Employment,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly EmploymentService[]> {
    return maskServices(pass, await load.services.load(clientId));
  }

  @FieldResolver(() => [EmploymentMeeting], {
    description: 'Meetings: those without a time, then newest first (fi tapaamiset / sv möten).',
  })
  async meetings(
    @Root() { clientId }: Employment,
    @Ctx() { load, pass }: Context,
  ): Promise<readonly EmploymentMeeting[]> {
    return maskMeetings(pass, await load.meetings.load(clientId));
  }
}

@Resolver(() => EmploymentPlan)
export class PlanResolver {
  @FieldResolver(() => [EmploymentPlanGoal], { description: 'Goals of the plan (fi tavoitteet / sv mål).' })
  async goals(@Root() plan: EmploymentPlan, @Ctx() { load }: Context): Promise<readonly EmploymentPlanGoal[]> {
    return (await load.goals.load(plan.clientId)).filter(({ planId }) => planId === plan.id);
  }
}
