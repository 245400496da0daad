import { Field, ID, ObjectType } from 'type-graphql';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { CodeName } from '../code.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'The client’s status as a jobseeker for a time (fi työnhakijan työllisyyskoodi / sv arbetssökandes sysselsättningskod).',
})
export class JobSeekerStatus implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  /** Whether it holds today, by the calendar of Helsinki. */
  readonly current: boolean;

  @Field(() => ID, { description: 'Id of the record (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => CodeName, { description: 'Status, 00–08 (fi työllisyyskoodi / sv sysselsättningskod).' })
  readonly status: CodeName;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly since: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day, null while it goes on (fi päättyen / sv till och med).',
  })
  readonly until: string | null;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Employment area; null when a protection order masks it (fi työllisyysalue / sv sysselsättningsområde).',
  })
  readonly area: Organisation | undefined;
}
