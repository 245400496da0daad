import { Field, ID, ObjectType } from 'type-graphql';
import type {
  EmploymentPlan as EmploymentPlanKind,
  EmploymentPlanState,
  EmploymentService as EmploymentServiceKind,
  EmploymentServiceState,
} from '../../schema/codes/employment.ts';
import type { GoalState, LifeArea } from '../../schema/codes/goals.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { GoalStateEnum, LifeAreaEnum } from '../goals.ts';
import type { ClientRow } from '../load.ts';
import type { PlacedRow } from '../place.ts';
import {
  EmploymentPlanKindEnum,
  EmploymentPlanStateEnum,
  EmploymentServiceKindEnum,
  EmploymentServiceStateEnum,
} from './enums.ts';

@ObjectType({ simpleResolvers: true, description: 'A goal of an employment plan (fi tavoite / sv mål).' })
export class EmploymentPlanGoal implements ClientRow {
  readonly clientId: string;

  readonly planId: string;

  @Field(() => ID, { description: 'Id of the goal (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => LifeAreaEnum, { description: 'Area of life (fi elämänalue / sv livsområde).' })
  readonly area: LifeArea;

  @Field(() => String, { description: 'The goal in words (fi tavoite / sv mål).' })
  readonly goal: string;

  @Field(() => GoalStateEnum, { description: 'How far it is (fi tavoitteen tila / sv målets läge).' })
  readonly state: GoalState;
}

@ObjectType({ simpleResolvers: true, description: 'A plan of the employment services (fi suunnitelma / sv plan).' })
export class EmploymentPlan implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { description: 'Id of the plan (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => EmploymentPlanKindEnum, { description: 'Kind of plan (fi suunnitelman laji / sv typ av plan).' })
  readonly kind: EmploymentPlanKind;

  @Field(() => EmploymentPlanStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: EmploymentPlanState;

  @Field(() => LocalDateScalar, { description: 'Day it was made (fi laatimispäivä / sv dag för upprättande).' })
  readonly madeOn: string;

  @Field(() => LocalDateScalar, { description: 'Day of the next review (fi tarkistuspäivä / sv översynsdag).' })
  readonly reviewOn: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A service that the client takes part in (fi työllisyyspalvelu / sv sysselsättningstjänst).',
})
export class EmploymentService implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the record (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => EmploymentServiceKindEnum, { description: 'The service (fi palvelu / sv tjänst).' })
  readonly service: EmploymentServiceKind;

  @Field(() => EmploymentServiceStateEnum, { description: 'Its state (fi palvelun tila / sv tjänstens läge).' })
  readonly state: EmploymentServiceState;

  @Field(() => String, {
    nullable: true,
    description:
      'Who arranges it, in words; null when a protection order masks it (fi palveluntuottaja / sv serviceproducent).',
  })
  readonly provider: string | null;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly startsOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day, null when not known (fi päättyen / sv till och med).',
  })
  readonly endsOn: string | null;
}
