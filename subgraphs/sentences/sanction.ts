import { Ctx, Directive, Field, FieldResolver, Float, ID, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { Offence, SanctionType } from '../../schema/codes/sentences.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import type { ClientRow } from '../load.ts';
import { Client } from './client.ts';
import { OffenceEnum, SanctionTypeEnum } from './enums.ts';
import type { Context } from './loaders.ts';
import { ConversionRule, conversionRuleOn } from './reference.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Day-fines and what of them is unpaid (fi päiväsakot / sv dagsböter).',
})
export class DayFines {
  @Field(() => Int, { description: 'Day-fines imposed (fi tuomittu / sv utdömda).' })
  readonly total: number;

  @Field(() => Int, {
    description: 'Day-fines unpaid; a part-paid one counts as unpaid (fi maksamatta / sv obetalda).',
  })
  readonly unpaid: number;

  @Field(() => Float, { description: 'Euros of one day-fine (fi päiväsakon rahamäärä / sv dagsbotens belopp).' })
  readonly euros: number;

  @Field(() => Float, { description: 'Euros of the unpaid day-fines (fi maksamatta euroina / sv obetalt i euro).' })
  readonly unpaidEuros: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Imprisonment in place of unpaid fines (fi sakon muuntorangaistus / sv förvandlingsstraff för böter).',
})
export class Conversion {
  @Field(() => Int, { description: 'Days, served in full (fi päiviä / sv dagar).' })
  readonly days: number;

  @Field(() => ConversionRule, {
    nullable: true,
    description: 'Rule in force on the day of the decision (fi muuntosuhde / sv förvandlingsförhållande).',
  })
  readonly rule: ConversionRule | null;

  @Field(() => Boolean, {
    description:
      'Whether paying the unpaid fines ends the sentence, so that release can become today (fi päättyy maksamalla / sv upphör genom betalning).',
  })
  readonly endsWhenPaid: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A sanction (fi seuraamus / sv påföljd).' })
export class Sanction implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { description: 'Id of the sanction (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => SanctionTypeEnum, { description: 'Kind of sanction (fi seuraamus / sv påföljd).' })
  readonly type: SanctionType;

  @Field(() => OffenceEnum, {
    description: 'Offence; for a conversion sentence the one that was fined (fi rikosnimike / sv brottsrubricering).',
  })
  readonly offence: Offence;

  @Field(() => LocalDateScalar, { description: 'Day of the decision (fi ratkaisupäivä / sv avgörandedag).' })
  readonly decidedOn: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Length in days; null for remand and conversion (fi pituus päivinä / sv längd i dagar).',
  })
  readonly lengthDays: number | null;

  @Field(() => DayFines, { nullable: true, description: 'Day-fines, if any (fi päiväsakot / sv dagsböter).' })
  readonly dayFines: DayFines | null;

  @Field(() => Conversion, {
    nullable: true,
    description: 'Conversion, for a conversion sentence (fi muuntorangaistus / sv förvandlingsstraff).',
  })
  readonly conversion: Conversion | null;
}

/** A row of `sentences.sanctions`. */
export type SanctionRow = Omit<Sanction, 'dayFines' | 'conversion'> & {
  readonly dayFinesTotal: number | null;
  readonly dayFinesUnpaid: number | null;
  readonly dayFineEuros: number | null;
  readonly unpaidEuros: number | null;
  readonly conversionDays: number | null;
};

export function readSanction(row: SanctionRow): Sanction {
  const { dayFinesTotal, dayFinesUnpaid, dayFineEuros, unpaidEuros, conversionDays, ...rest } = row;
  const fined = dayFinesTotal !== null && dayFinesUnpaid !== null && dayFineEuros !== null && unpaidEuros !== null;
  return {
    ...rest,
    dayFines: fined ? { total: dayFinesTotal, unpaid: dayFinesUnpaid, euros: dayFineEuros, unpaidEuros } : null,
    conversion:
      conversionDays === null
        ? null
        : { days: conversionDays, rule: conversionRuleOn(row.decidedOn), endsWhenPaid: dayFinesUnpaid !== 0 },
  };
}

@Resolver(() => Client)
export class SanctionResolver {
  @FieldResolver(() => [Sanction], {
    nullable: true,
    description: 'Sanctions, newest first; they never leave the prison service (fi seuraamukset / sv påföljder).',
  })
  @Directive('@category(name: "SANCTION_DETAILS")')
  sanctions(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Sanction[]> {
    return context.load.sanctions.load(id);
  }
}
