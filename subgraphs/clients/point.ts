import { Field, ObjectType } from 'type-graphql';
import type { Agency } from '../../schema/categories.ts';
import {
  ASSISTANCE_CONTROLLERS,
  EMPLOYMENT_AREAS,
  HEALTH_CONTROLLERS,
  OTHER_ORGANISATIONS,
  SOCIAL_CONTROLLERS,
} from '../../schema/codes/controllers.ts';
import { SERVICE_UNITS } from '../../schema/codes/service-units.ts';
import { AgencyEnum } from '../agency.ts';
import { CodeName, codeName } from '../code.ts';
import { Organisation, organisations } from '../organisation.ts';
import { seesPlace } from '../protection.ts';
import { type Context, type Place, personOf } from './loaders.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'Who serves: sector, organisation and unit (fi palvelupiste / sv serviceställe).',
})
export class ServicePoint {
  @Field(() => AgencyEnum, { description: 'Sector (fi toimiala / sv sektor).' })
  readonly agency: Agency;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Organisation; null when a protection order masks one that tells the municipality (fi organisaatio / sv organisation).',
  })
  readonly organisation: Organisation | null;

  @Field(() => CodeName, {
    nullable: true,
    description: 'Unit; null when a protection order masks it (fi yksikkö / sv enhet).',
  })
  readonly unit: CodeName | null;
}

/** How one client's places are shown to the caller: masked under a protection order (`subgraphs/protection.ts`). */
export async function servicePoints(context: Context, clientId: string): Promise<(place: Place) => ServicePoint> {
  const person = await personOf(context, clientId);
  return (place) => {
    const agency = place.agency as Agency;
    const shown = !person?.protected || seesPlace(context.pass, clientId, place);
    return {
      agency,
      organisation: shown || NATIONAL.has(place.organisation) ? organisationOf(agency, place.organisation) : null,
      unit: shown ? codeName(SERVICE_UNITS, place.unit) : null,
    };
  };
}

/**
 * Whether a place tells that the client is or was in prison: the prison service's, and prison health care's.
 *
 * That is data of CUSTODY, whatever else it is: what belongs to such a place has fields of its own.
 */
export function isPrisonSide({ agency, organisation }: Place): boolean {
  return agency === 'PRISON_SERVICE' || organisation === HEALTH_CONTROLLERS.PRISON_HEALTH.oid;
}

/** They serve the whole country: a city or a county tells the municipality, these do not. */
const NATIONAL: ReadonlySet<string> = new Set([
  OTHER_ORGANISATIONS.PRISON_SERVICE.oid,
  HEALTH_CONTROLLERS.PRISON_HEALTH.oid,
  ASSISTANCE_CONTROLLERS.KELA.oid,
]);

/** By sector, because one OID can have two names: the city of Helsinki is its employment area too. */
const ORGANISATIONS: Readonly<Partial<Record<Agency, ReadonlyMap<string, Organisation>>>> = {
  SOCIAL_SERVICES: byOid(SOCIAL_CONTROLLERS),
  EMPLOYMENT_SERVICES: byOid(EMPLOYMENT_AREAS),
  HEALTH_CARE: byOid(HEALTH_CONTROLLERS),
};

const OTHERS = byOid({ ...ASSISTANCE_CONTROLLERS, ...OTHER_ORGANISATIONS });

function byOid(entries: Parameters<typeof organisations>[0]): ReadonlyMap<string, Organisation> {
  return new Map([...organisations(entries).values()].map((organisation) => [organisation.oid, organisation]));
}

function organisationOf(agency: Agency, oid: string): Organisation {
  return ORGANISATIONS[agency]?.get(oid) ?? OTHERS.get(oid) ?? { ...codeName({}, oid), oid };
}
