import type { Agency, Names } from '../categories.ts';
import { EMPLOYMENT_AREAS, HEALTH_CONTROLLERS, OTHER_ORGANISATIONS, SOCIAL_CONTROLLERS } from './controllers.ts';
import { CARE_UNITS, type CareUnitCode } from './health.ts';
import { PRISON_UNITS } from './units.ts';

export interface ServiceUnit extends Names {
  readonly agency: Agency;
  /** OID. */
  readonly organisation: string;
}

type Region = keyof typeof REGIONS;

/** Regions by the prefix of their unit codes. */
export const REGIONS = {
  HEL: { place: ['Helsingin', 'Helsingfors', 'Helsinki'], controller: 'HELSINKI', area: 'HELSINKI' },
  ESP: { place: ['Espoon', 'Esbo', 'Espoo'], controller: 'WESTERN_UUSIMAA', area: 'ESPOO' },
  VAN: {
    place: ['Vantaan ja Keravan', 'Vanda och Kervo', 'Vantaa and Kerava'],
    controller: 'VANTAA_KERAVA',
    area: 'VANTAA_KERAVA',
  },
  KEU: {
    place: ['Keski-Uudenmaan', 'Mellersta Nylands', 'Central Uusimaa'],
    controller: 'CENTRAL_UUSIMAA',
    area: 'CENTRAL_UUSIMAA',
  },
} as const;

/**
 * Units of every agency by the code that relationships, appointments and referrals name.
 *
 * Prison units keep their own code (`HELSINKI`); a care unit's underscores become hyphens (`VTH-HELSINKI`).
 */
export const SERVICE_UNITS: Readonly<Record<string, ServiceUnit>> = {
  ...Object.fromEntries(Object.keys(REGIONS).flatMap((prefix) => regional(prefix as Region))),
  ...Object.fromEntries(
    Object.entries(PRISON_UNITS).map(([code, { fi, sv, en }]) => [
      code,
      { fi, sv, en, agency: 'PRISON_SERVICE', organisation: OTHER_ORGANISATIONS.PRISON_SERVICE.oid } as const,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(CARE_UNITS).map(([code, { fi, sv, en, controller }]) => [
      careUnitCode(code as CareUnitCode),
      { fi, sv, en, agency: 'HEALTH_CARE', organisation: HEALTH_CONTROLLERS[controller].oid } as const,
    ]),
  ),
  'PEER-SUPPORT': {
    fi: 'Vertaistuki',
    sv: 'Kamratstöd',
    en: 'Peer support',
    agency: 'THIRD_SECTOR',
    organisation: OTHER_ORGANISATIONS.PEER_ASSOCIATION.oid,
  },
};

/** The code by which relationships and appointments name a care unit. */
export function careUnitCode(code: CareUnitCode): string {
  return code.replaceAll('_', '-');
}

function regional(prefix: Region): [string, ServiceUnit][] {
  const { place, controller, area } = REGIONS[prefix];
  const [fi, sv, en] = place;
  const employment = { agency: 'EMPLOYMENT_SERVICES', organisation: EMPLOYMENT_AREAS[area].oid } as const;
  return [
    [
      `${prefix}-ADULT-SOCIAL-WORK`,
      {
        fi: `${fi} aikuissosiaalityö`,
        sv: `Vuxensocialarbetet, ${sv}`,
        en: `Adult social work, ${en}`,
        agency: 'SOCIAL_SERVICES',
        organisation: SOCIAL_CONTROLLERS[controller].oid,
      },
    ],
    [
      `${prefix}-EMPLOYMENT-AREA`,
      {
        fi: `${fi} työllisyyspalvelut`,
        sv: `Sysselsättningstjänsterna, ${sv}`,
        en: `Employment services, ${en}`,
        ...employment,
      },
    ],
    [
      `${prefix}-WORK-ABILITY-COORDINATORS`,
      {
        fi: `${fi} työkykykoordinaattorit`,
        sv: `Arbetsförmågekoordinatorerna, ${sv}`,
        en: `Work-ability coordinators, ${en}`,
        ...employment,
      },
    ],
  ];
}
