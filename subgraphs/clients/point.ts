import { Field, ObjectType } from 'type-graphql';
import type { Agency } from '../../schema/categories.ts';
import {
  ASSISTANCE_CONTROLLERS,
  EMPLOYMENT_AREAS,
  HEALTH_CONTROLLERS,
  type Organisation,
  OTHER_ORGANISATIONS,
  SOCIAL_CONTROLLERS,
} from '../../schema/codes/controllers.ts';
import { AgencyEnum } from '../agency.ts';
import { CodeName, codeName } from '../code.ts';
import { seesPlace } from '../protection.ts';
import { type Context, type Place, personOf } from './loaders.ts';

@ObjectType('ServicePoint', {
  description: 'Who serves: sector, organisation and unit (fi palvelupiste / sv serviceställe).',
})
export class ServicePoint {
  @Field(() => AgencyEnum, { description: 'Sector (fi toimiala / sv sektor).' })
  readonly agency!: Agency;

  @Field(() => CodeName, {
    nullable: true,
    description:
      'Organisation by OID; null when a protection order masks a local one (fi organisaatio / sv organisation).',
  })
  readonly organisation!: CodeName | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the unit; null when a protection order masks it (fi yksikkö / sv enhet).',
  })
  readonly unit!: string | null;
}

/** How the rows of a client show where they belong: the masking of one client's protection order, for one caller. */
export async function servicePoints(context: Context, clientId: string): Promise<(place: Place) => ServicePoint> {
  const person = await personOf(context, clientId);
  return (place) => {
    const agency = place.agency as Agency;
    const shown = !person?.protected || seesPlace(context.pass, clientId, place);
    return {
      agency,
      // A city or a county tells the municipality; an organisation of the whole country tells nothing.
      organisation: shown || NATIONAL.has(place.organisation) ? organisationName(agency, place.organisation) : null,
      unit: shown ? place.unit : null,
    };
  };
}

const NATIONAL: ReadonlySet<string> = new Set([
  OTHER_ORGANISATIONS.PRISON_SERVICE.oid,
  HEALTH_CONTROLLERS.PRISON_HEALTH.oid,
  ASSISTANCE_CONTROLLERS.KELA.oid,
]);

/** One OID may have two names: the city of Helsinki is its employment area too. */
const ORGANISATIONS: Readonly<Partial<Record<Agency, Readonly<Record<string, Organisation>>>>> = {
  SOCIAL_SERVICES: byOid(SOCIAL_CONTROLLERS),
  EMPLOYMENT_SERVICES: byOid(EMPLOYMENT_AREAS),
  HEALTH_CARE: byOid(HEALTH_CONTROLLERS),
};

const REST = { ...byOid(ASSISTANCE_CONTROLLERS), ...byOid(OTHER_ORGANISATIONS) };

function organisationName(agency: Agency, oid: string): CodeName {
  return codeName({ ...REST, ...ORGANISATIONS[agency] }, oid);
}

function byOid(organisations: Readonly<Record<string, Organisation>>): Readonly<Record<string, Organisation>> {
  return Object.fromEntries(Object.values(organisations).map((organisation) => [organisation.oid, organisation]));
}
