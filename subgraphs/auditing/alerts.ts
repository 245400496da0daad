import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { type Alert, type AlertChange, listAlerts } from '../../audit/alerts/alerts.ts';
import { AlertError } from '../../audit/alerts/errors.ts';
import { ReviewUnknown, reviewAlert } from '../../audit/alerts/review.ts';
import type { AuditEntry } from '../../audit/entry.ts';
import { LogUnavailable } from '../../audit/log.ts';
import type { Pass } from '../../auth/pass.ts';
import { isClientId } from '../../consent/facts.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { entryHead } from '../entry.ts';
import { connectionOf, PageArguments, PageInfo } from '../page.ts';
import { AlertKindEnum, AlertOutcomeEnum, AlertStateEnum } from './enums.ts';
import { checkPage, refuse } from './errors.ts';
import type { Context } from './loaders.ts';

@ObjectType({ description: 'Something in the log that a person must look at (fi hälytys / sv larm).' })
class AuditAlert {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => AlertKindEnum, { description: 'What kind (fi laji / sv typ).' })
  readonly kind!: string;

  @Field(() => AlertStateEnum, { description: 'How far its review is (fi tila / sv läge).' })
  readonly state!: string;

  @Field(() => ID, { description: 'Whose doing, token subject (fi kenen toiminta / sv vems handling).' })
  readonly caller!: string;

  @Field(() => [ID], { description: 'Clients concerned (fi asiakkaat / sv klienter).' })
  readonly clients!: readonly string[];

  @Field(() => [ID], { description: 'The entries that it was computed from (fi merkinnät / sv poster).' })
  readonly entries!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it was raised (fi ajankohta / sv tidpunkt).' })
  readonly at!: Date;

  @Field(() => ID, {
    nullable: true,
    description: 'Who reviews or reviewed it; null while open (fi käsittelijä / sv granskare).',
  })
  readonly owner!: string | null;

  @Field(() => AlertOutcomeEnum, { nullable: true, description: 'How its review ended (fi tulos / sv resultat).' })
  readonly outcome!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why, as the reviewer wrote it; never in the log (fi perustelu / sv motivering).',
  })
  readonly note!: string | null;

  @Field(() => DateTimeScalar, { description: 'When its state last changed (fi muuttunut / sv ändrat).' })
  readonly changedAt!: Date;
}

@ObjectType({ description: 'An alert on a page (fi sivun rivi / sv rad på sidan).' })
class AuditAlertEdge {
  @Field(() => AuditAlert, { description: 'The alert (fi hälytys / sv larm).' })
  readonly node!: AuditAlert;

  @Field(() => String, { description: 'Where the next page begins after this one (fi kohdistin / sv markör).' })
  readonly cursor!: string;
}

@ObjectType({ description: 'A page of alerts, newest first (fi hälytykset / sv larm).' })
class AuditAlertConnection {
  @Field(() => [AuditAlertEdge], { description: 'The alerts of the page (fi sivun hälytykset / sv sidans larm).' })
  readonly edges!: readonly AuditAlertEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands (fi sivutieto / sv sidinformation).' })
  readonly pageInfo!: PageInfo;
}

@InputType({ description: 'Which alerts; what is left out does not narrow (fi rajaus / sv avgränsning).' })
class AuditAlertFilter {
  @Field(() => ID, { nullable: true, description: 'This one (fi tunniste / sv identifierare).' })
  readonly id?: string;

  @Field(() => AlertKindEnum, { nullable: true, description: 'Of this kind (fi laji / sv typ).' })
  readonly kind?: string;

  @Field(() => AlertStateEnum, { nullable: true, description: 'In this state (fi tila / sv läge).' })
  readonly state?: string;

  @Field(() => ID, { nullable: true, description: 'Of this caller’s doing (fi kysyjä / sv frågeställare).' })
  readonly caller?: string;

  @Field(() => ID, { nullable: true, description: 'About this client (fi asiakas / sv klient).' })
  readonly client?: string;

  @Field(() => ID, { nullable: true, description: 'Reviewed by this person (fi käsittelijä / sv granskare).' })
  readonly owner?: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Raised from this moment, included (fi alkaen / sv från och med).',
  })
  readonly from?: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Raised until this moment, not included (fi ennen / sv före).',
  })
  readonly until?: Date;
}

@InputType({ description: 'The alert to take into review (fi otettava hälytys / sv larm att ta).' })
class TakeAlertInput {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;
}

@InputType({ description: 'The end of an alert’s review (fi käsittelyn tulos / sv granskningens resultat).' })
class CloseAlertInput {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => AlertOutcomeEnum, { description: 'The outcome (fi tulos / sv resultat).' })
  readonly outcome!: string;

  @Field(() => String, { description: 'Why, 20–2,000 characters; never in the log (fi perustelu / sv motivering).' })
  readonly note!: string;
}

@Resolver()
export class AlertsResolver {
  @Query(() => AuditAlertConnection, {
    nullable: true,
    description: 'Alerts computed from the log, newest first (fi lokin hälytykset / sv loggens larm).',
  })
  async auditAlerts(
    @Arg('filter', () => AuditAlertFilter, {
      nullable: true,
      description: 'Which alerts (fi rajaus / sv avgränsning).',
    })
    filter: AuditAlertFilter | null,
    @Args(() => PageArguments) { first, after }: PageArguments,
    @Ctx() { pass, db }: Context,
  ): Promise<AuditAlertConnection> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    checkPage({ first, after });
    const { id, caller, client, owner, from, until } = filter ?? {};
    for (const each of [id, caller, client, owner])
      if (each != null && !isClientId(each.toLowerCase())) refuse('FILTER_INVALID');
    if (from != null && until != null && until <= from) refuse('FILTER_INVALID');
    const { alerts, hasNextPage } = await listAlerts(db, filter ?? {}, { first, after: after ?? null });
    return connectionOf(
      alerts,
      hasNextPage,
      ({ seq }) => seq,
      (alert) => alert,
    );
  }

  @Mutation(() => AuditAlert, {
    description: 'Takes an alert into one’s own review, also over from another (fi ota hälytys / sv ta larmet).',
  })
  takeAlert(
    @Arg('input', () => TakeAlertInput, { description: 'The alert (fi hälytys / sv larm).' }) { id }: TakeAlertInput,
    @Ctx() context: Context,
  ): Promise<AuditAlert> {
    return change(context, { id, by: context.pass.caller.id, state: 'IN_REVIEW' });
  }

  @Mutation(() => AuditAlert, {
    description: 'Closes an alert that one has taken, with an outcome (fi sulje hälytys / sv avsluta larmet).',
  })
  closeAlert(
    @Arg('input', () => CloseAlertInput, { description: 'The review (fi käsittely / sv granskning).' })
    { id, outcome, note }: CloseAlertInput,
    @Ctx() context: Context,
  ): Promise<AuditAlert> {
    return change(context, { id, by: context.pass.caller.id, state: 'CLOSED', outcome, note });
  }
}

/** By the privacy officer alone: an auditor watches over the reviews too. */
async function change({ pass, db }: Context, asked: AlertChange): Promise<AuditAlert> {
  if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
  if (!pass.caller.roles.includes('privacy-officer')) refuse('ROLE_NOT_ALLOWED');
  const id = asked.id.toLowerCase();
  if (!isClientId(id)) refuse('ALERT_NOT_FOUND');
  try {
    return await reviewAlert(db, { ...asked, id }, (alert) => entryOf(pass, alert));
  } catch (error) {
    if (error instanceof AlertError) return refuse(error.code, error);
    if (error instanceof LogUnavailable) return refuse('LOG_UNAVAILABLE', error);
    if (error instanceof ReviewUnknown) return refuse('OUTCOME_UNKNOWN', error);
    throw error;
  }
}

/** The entry of a review: who did what with which alert; the note stays beside it. */
function entryOf(pass: Pass, { id, clients, changedAt, outcome, state }: Alert): AuditEntry {
  return {
    ...entryHead(pass, 'REVIEWED', { by: 'auditing', at: changedAt.getTime(), clients }),
    fact: { id, subject: 'ALERT', outcome: outcome ?? state },
  };
}
