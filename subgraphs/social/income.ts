import { Field, ID, ObjectType } from 'type-graphql';
import type { AssistanceKind, Benefit, BenefitState, DecisionOutcome } from '../../schema/codes/social.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import type { ClientRow } from '../load.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { AssistanceKindEnum, BenefitKindEnum, BenefitStateEnum, DecisionOutcomeEnum } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'An application for social assistance and its decision (fi toimeentulotuki / sv utkomststöd).',
})
export class SocialAssistance implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the application (fi hakemuksen tunniste / sv ansökans identifierare).' })
  readonly id: string;

  @Field(() => AssistanceKindEnum, { description: 'Kind of assistance (fi tuen laji / sv typ av stöd).' })
  readonly kind: AssistanceKind;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who decides: Kela on the basic one; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;

  @Field(() => LocalDateScalar, { description: 'Day of the application (fi hakemuspäivä / sv ansökningsdag).' })
  readonly appliedOn: string;

  @Field(() => LocalDateScalar, {
    description: 'Seventh working day after the application, 1412/1997 § 14 a (fi määräpäivä / sv tidsfrist).',
  })
  readonly dueOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Day of the decision, null while undecided (fi päätöspäivä / sv beslutsdag).',
  })
  readonly decidedOn: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it was decided by the due day; null while undecided and not yet overdue (fi päätetty määräajassa / sv beslutat inom tidsfristen).',
  })
  readonly inTime: boolean | null;

  @Field(() => DecisionOutcomeEnum, {
    nullable: true,
    description: 'Outcome, null while undecided (fi päätöksen tulos / sv beslutets utfall).',
  })
  readonly outcome: DecisionOutcome | null;

  @Field(() => LocalDateScalar, { description: 'First day of the period (fi tukikausi alkaen / sv stödperiod från).' })
  readonly periodFrom: string;

  @Field(() => LocalDateScalar, { description: 'Last day of the period (fi tukikausi asti / sv stödperiod till).' })
  readonly periodUntil: string;
}

@ObjectType({ simpleResolvers: true, description: 'A benefit of the client (fi etuus / sv förmån).' })
export class SocialBenefit implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { description: 'Id of the record (fi tietueen tunniste / sv postens identifierare).' })
  readonly id: string;

  @Field(() => BenefitKindEnum, { description: 'The benefit (fi etuus / sv förmån).' })
  readonly benefit: Benefit;

  @Field(() => BenefitStateEnum, { description: 'Its state (fi etuuden tila / sv förmånens status).' })
  readonly state: BenefitState;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly startsOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day, null when not known (fi päättyen / sv till och med).',
  })
  readonly endsOn: string | null;
}
