import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { OstMode } from '../../schema/codes/health.ts';
import { DateTimeScalar, LocalDateScalar } from '../../schema/scalars.ts';
import { CodeName } from '../code.ts';
import type { ClientRow } from '../load.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { OpioidSubstitutionModeEnum } from './enums.ts';
import { CareUnit } from './unit.ts';

/** What hangs below `Client.medication`; each field loads its own table, in `resolver.ts`. */
@ObjectType({ description: 'The client’s medication (fi lääkitys / sv medicinering).' })
export class Medication implements ClientRow {
  readonly clientId: string;
}

// The prison health unit is a controller of its own: to name it, or its clinics, tells of custody.

@ObjectType({ simpleResolvers: true, description: 'A medicine that the client has (fi lääke / sv läkemedel).' })
export class MedicationItem implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the record (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => CodeName, { description: 'ATC code and name of the substance (fi ATC-koodi / sv ATC-kod).' })
  readonly atc: CodeName;

  @Field(() => Float, { description: 'One dose in milligrams (fi kerta-annos, mg / sv engångsdos, mg).' })
  readonly doseMg: number;

  @Field(() => Int, { description: 'Doses a day (fi annoksia päivässä / sv doser per dag).' })
  readonly timesADay: number;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly startsOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day, null while it goes on (fi päättyen / sv till och med).',
  })
  readonly endsOn: string | null;

  @Directive('@category(name: "MEDICATION")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the record; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Opioid substitution treatment; a missed handover at release is where overdoses happen (fi opioidikorvaushoito / sv opioidsubstitutionsbehandling).',
})
export class OpioidSubstitution implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => OpioidSubstitutionModeEnum, { description: 'How it is given (fi toteutustapa / sv sätt).' })
  readonly mode: OstMode;

  @Field(() => CodeName, { description: 'ATC code and name of the substance (fi ATC-koodi / sv ATC-kod).' })
  readonly atc: CodeName;

  @Field(() => String, { description: 'Product (fi valmiste / sv preparat).' })
  readonly product: string;

  @Field(() => Float, { description: 'Dose in milligrams (fi annos, mg / sv dos, mg).' })
  readonly doseMg: number;

  @Field(() => LocalDateScalar, { description: 'Day the treatment began (fi aloituspäivä / sv startdag).' })
  readonly startedOn: string;

  @Field(() => DateTimeScalar, { description: 'Last dose given (fi edellinen annos / sv senaste dos).' })
  readonly lastDoseAt: Date;

  @Field(() => DateTimeScalar, { description: 'Next dose due (fi seuraava annos / sv nästa dos).' })
  readonly nextDoseAt: Date;

  @Directive('@category(name: "MEDICATION")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => CareUnit, {
    nullable: true,
    description:
      'Who gives the doses now; null when a protection order masks it (fi antava yksikkö / sv givande enhet).',
  })
  readonly givingUnit: CareUnit | undefined;

  @Field(() => CareUnit, {
    nullable: true,
    description:
      'Who goes on after release; null when nobody has taken it on, or when a protection order masks it (fi vastaanottava klinikka / sv mottagande klinik).',
  })
  readonly receivingClinic: CareUnit | undefined;

  @Directive('@category(name: "MEDICATION")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the record; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}
