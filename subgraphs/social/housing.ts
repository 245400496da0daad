import { Field, ID, ObjectType } from 'type-graphql';
import type { HousingClassCode, HousingNeed, Tenancy } from '../../schema/codes/housing.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { HousingClassEnum, HousingNeedEnum, TenancyEnum } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'How the client was housed for a time (fi asumistilanne / sv boendesituation).',
})
export class HousingSituation implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  /** Whether it holds today, by the calendar of Helsinki. */
  readonly current: boolean;

  @Field(() => ID, { description: 'Id of the record (fi tietueen tunniste / sv postens identifierare).' })
  readonly id: string;

  @Field(() => HousingClassEnum, {
    description: 'Homelessness class after ARA, or the class of a home (fi asunnottomuusluokka / sv hemlöshetsklass).',
  })
  readonly class: HousingClassCode;

  @Field(() => Boolean, { description: 'Whether the class counts as homeless (fi asunnoton / sv hemlös).' })
  readonly homeless: boolean;

  @Field(() => TenancyEnum, {
    nullable: true,
    description: 'Kind of tenancy, null without one (fi hallintamuoto / sv besittningsform).',
  })
  readonly tenancy: Tenancy | null;

  @Field(() => HousingNeedEnum, { description: 'What is needed (fi asumisen tarve / sv boendebehov).' })
  readonly need: HousingNeed;

  @Field(() => LocalDateScalar, { description: 'First day of the situation (fi alkaen / sv från och med).' })
  readonly since: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day of the situation, null while it goes on (fi päättyen / sv till och med).',
  })
  readonly until: string | null;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the record; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

@ObjectType({ simpleResolvers: true, description: 'The client’s housing now (fi asuminen / sv boende).' })
export class Housing extends HousingSituation {
  @Field(() => [HousingSituation], {
    description: 'Earlier situations, newest first (fi aiemmat asumistilanteet / sv tidigare boendesituationer).',
  })
  readonly earlier: readonly HousingSituation[];
}

/** The situation that holds today with those before it, or null; `situations` are newest first. */
export function currentHousing(situations: readonly HousingSituation[]): Housing | null {
  const current = situations.find((situation) => situation.current);
  if (current === undefined) return null;
  return { ...current, earlier: situations.slice(situations.indexOf(current) + 1) };
}
