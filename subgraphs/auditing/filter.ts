import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { BasisEnum } from '../basis.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { EntryKindEnum, OutcomeEnum } from './enums.ts';

@InputType({
  description:
    'Which entries; what is left out does not narrow; client, source, category and basis meet in one disclosure (fi rajaus / sv avgränsning).',
})
export class AuditFilter {
  @Field(() => ID, { nullable: true, description: 'About this client (fi asiakas / sv klient).' })
  readonly client?: string;

  @Field(() => ID, { nullable: true, description: 'By this caller (fi kysyjä / sv frågeställare).' })
  readonly caller?: string;

  @Field(() => AgencyEnum, {
    nullable: true,
    description: 'Asked of this agency as the discloser (fi luovuttaja / sv utlämnare).',
  })
  readonly source?: string;

  @Field(() => AgencyEnum, { nullable: true, description: 'To this agency (fi vastaanottaja / sv mottagare).' })
  readonly agency?: string;

  @Field(() => DataCategoryEnum, {
    nullable: true,
    description: 'Touching this category (fi tietoryhmä / sv uppgiftsgrupp).',
  })
  readonly category?: string;

  @Field(() => BasisEnum, { nullable: true, description: 'On this basis (fi peruste / sv grund).' })
  readonly basis?: string;

  @Field(() => PurposeEnum, {
    nullable: true,
    description: 'For this purpose (fi käyttötarkoitus / sv användningsändamål).',
  })
  readonly purpose?: string;

  @Field(() => OutcomeEnum, { nullable: true, description: 'Ended so (fi lopputulos / sv utfall).' })
  readonly outcome?: string;

  @Field(() => EntryKindEnum, { nullable: true, description: 'Of this kind (fi laji / sv typ).' })
  readonly kind?: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From this moment, included (fi alkaen / sv från och med).',
  })
  readonly from?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until this moment, not included (fi ennen / sv före).' })
  readonly until?: Date;
}
