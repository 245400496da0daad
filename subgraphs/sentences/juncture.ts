import { Field, ObjectType } from 'type-graphql';
import type { Juncture } from '../../schema/codes/goals.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { JunctureEnum } from '../goals.ts';
import type { JunctureTime } from './path.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'A critical juncture on the client’s path and its time (fi nivelvaihe / sv övergång).',
})
export class ClientJuncture implements JunctureTime {
  @Field(() => JunctureEnum, { description: 'Which one (fi nivelvaihe / sv övergång).' })
  readonly juncture: Juncture;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly from: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day; null when release is not in sight (fi päättyen / sv till och med).',
  })
  readonly until: string | null;

  @Field(() => Boolean, { description: 'Whether the client is at it today (fi nyt / sv nu).' })
  readonly now: boolean;

  @Field(() => Boolean, {
    description: 'Whether the days follow from an expected release and may change (fi odotettu / sv förväntad).',
  })
  readonly expected: boolean;
}
