import { Directive, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { CONVERSION_TABLE, type ConversionRule as Rule } from '../../schema/codes/conversion.ts';
import { PRISON_UNITS, type PrisonUnit as Unit } from '../../schema/codes/units.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { CodeName, codeName } from '../code.ts';
import { UnitSecurityEnum } from './enums.ts';

@Directive('@publicReference')
@ObjectType({ simpleResolvers: true, description: 'A prison (fi vankila / sv fängelse).' })
export class PrisonUnit extends CodeName {
  @Field(() => UnitSecurityEnum, { description: 'Closed or open (fi laitostyyppi / sv anstaltstyp).' })
  readonly security: Unit['security'];

  @Field(() => LocalDateScalar, { description: 'First day in use (fi alkaen / sv från och med).' })
  readonly validFrom: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day in use; null while in use (fi päättyen / sv till och med).',
  })
  readonly validUntil: string | null;
}

@Directive('@publicReference')
@ObjectType({
  simpleResolvers: true,
  description:
    'How unpaid day-fines become days in prison, rikoslaki 39/1889 ch. 2 a § 5 (fi muuntosuhde / sv förvandlingsförhållande).',
})
export class ConversionRule implements Rule {
  @Field(() => LocalDateScalar, {
    description: 'Day from which conversions follow the rule (fi alkaen / sv från och med).',
  })
  readonly from: string;

  @Field(() => Int, {
    description: 'Unpaid day-fines that make one day; a remainder is dropped (fi päiväsakkoja / sv dagsböter).',
  })
  readonly dayFinesPerDay: number;

  @Field(() => Int, { description: 'Least days (fi vähintään / sv minst).' })
  readonly minDays: number;

  @Field(() => Int, { description: 'Most days (fi enintään / sv högst).' })
  readonly maxDays: number;
}

/** Public reference data of the prison service: no client is reached from here. */
@Resolver()
export class ReferenceResolver {
  @Query(() => [PrisonUnit], { description: 'Prisons, from south to north (fi vankilat / sv fängelser).' })
  prisonUnits(): PrisonUnit[] {
    return [...UNITS.values()];
  }

  @Query(() => [ConversionRule], {
    description: 'Conversion rules, newest first (fi muuntosuhteet / sv förvandlingsförhållanden).',
  })
  conversionRules(): readonly ConversionRule[] {
    return CONVERSION_TABLE;
  }
}

/** The prison of a code; null for one that the list does not know. */
export function prisonUnit(code: string): PrisonUnit | null {
  return UNITS.get(code) ?? null;
}

/** The rule of conversions made on a day (ISO date); null when it is older than the table. */
export function conversionRuleOn(day: string): ConversionRule | null {
  return CONVERSION_TABLE.find(({ from }) => from <= day) ?? null;
}

const UNITS: ReadonlyMap<string, PrisonUnit> = new Map(
  Object.entries<Unit>(PRISON_UNITS).map(([code, { security, validFrom, validUntil = null }]) => [
    code,
    { ...codeName(PRISON_UNITS, code), security, validFrom, validUntil },
  ]),
);
