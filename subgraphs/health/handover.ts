import { Field, ID, ObjectType } from 'type-graphql';
import type { CareHandoverState } from '../../schema/codes/health.ts';
import { DateTimeScalar, LocalDateScalar } from '../../schema/scalars.ts';
import type { PlacedRow } from '../place.ts';
import { CareHandoverStateEnum } from './enums.ts';
import { CareUnit } from './unit.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'A handover of care from one unit to another (fi hoidon siirto / sv överföring av vården).',
})
export class CareHandover implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the handover (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => CareUnit, {
    nullable: true,
    description: 'Who hands over; null when a protection order masks it (fi lähettävä yksikkö / sv avsändande enhet).',
  })
  readonly fromUnit: CareUnit | undefined;

  @Field(() => CareUnit, {
    nullable: true,
    description:
      'Who takes over; null when a protection order masks it (fi vastaanottava yksikkö / sv mottagande enhet).',
  })
  readonly toUnit: CareUnit | undefined;

  @Field(() => CareHandoverStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: CareHandoverState;

  @Field(() => LocalDateScalar, { description: 'Day it is planned for (fi suunniteltu päivä / sv planerad dag).' })
  readonly plannedOn: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was sent (fi lähetetty / sv skickad).' })
  readonly sentAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was received (fi vastaanotettu / sv mottagen).',
  })
  readonly receivedAt: Date | null;
}
