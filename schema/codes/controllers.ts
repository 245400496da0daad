import type { Names } from '../categories.ts';

export interface Organisation extends Names {
  /** 1.2.246.10.{business id without hyphen and leading zeros}. */
  readonly oid: string;
}

/** Controllers of social services in the region since 2023: one city and three wellbeing services counties. */
export const SOCIAL_CONTROLLERS = {
  HELSINKI: {
    fi: 'Helsingin kaupunki',
    sv: 'Helsingfors stad',
    en: 'City of Helsinki',
    oid: '1.2.246.10.2012566',
  },
  WESTERN_UUSIMAA: {
    fi: 'Länsi-Uudenmaan hyvinvointialue',
    sv: 'Västra Nylands välfärdsområde',
    en: 'Wellbeing services county of Western Uusimaa',
    oid: '1.2.246.10.32213473',
  },
  VANTAA_KERAVA: {
    fi: 'Vantaan ja Keravan hyvinvointialue',
    sv: 'Vanda och Kervo välfärdsområde',
    en: 'Wellbeing services county of Vantaa and Kerava',
    oid: '1.2.246.10.32213561',
  },
  CENTRAL_UUSIMAA: {
    fi: 'Keski-Uudenmaan hyvinvointialue',
    sv: 'Mellersta Nylands välfärdsområde',
    en: 'Wellbeing services county of Central Uusimaa',
    oid: '1.2.246.10.32213318',
  },
} as const satisfies Record<string, Organisation>;

export type SocialController = keyof typeof SOCIAL_CONTROLLERS;

/** Who decides on assistance: Kela on the basic one, a social controller on the supplementary and the preventive one. */
export const ASSISTANCE_CONTROLLERS = {
  ...SOCIAL_CONTROLLERS,
  KELA: {
    fi: 'Kansaneläkelaitos',
    sv: 'Folkpensionsanstalten',
    en: 'Social Insurance Institution',
    oid: '1.2.246.10.2462460',
  },
} as const satisfies Record<string, Organisation>;

export type AssistanceController = keyof typeof ASSISTANCE_CONTROLLERS;

/** Municipal employment areas since 2025 (380/2023); the organisation is the responsible municipality. */
export const EMPLOYMENT_AREAS = {
  HELSINKI: {
    fi: 'Helsingin työllisyysalue',
    sv: 'Helsingfors sysselsättningsområde',
    en: 'Helsinki employment area',
    oid: '1.2.246.10.2012566',
  },
  ESPOO: {
    fi: 'Espoon työllisyysalue',
    sv: 'Esbo sysselsättningsområde',
    en: 'Espoo employment area',
    oid: '1.2.246.10.1012636',
  },
  VANTAA_KERAVA: {
    fi: 'Vantaan ja Keravan työllisyysalue',
    sv: 'Vanda och Kervo sysselsättningsområde',
    en: 'Vantaa and Kerava employment area',
    oid: '1.2.246.10.1246109',
  },
  CENTRAL_UUSIMAA: {
    fi: 'Keski-Uudenmaan työllisyysalue',
    sv: 'Mellersta Nylands sysselsättningsområde',
    en: 'Central Uusimaa employment area',
    oid: '1.2.246.10.1265414',
  },
} as const satisfies Record<string, Organisation>;

export type EmploymentArea = keyof typeof EMPLOYMENT_AREAS;

/** The prison health unit is a controller of its own under THL since 2016, not the prison's. */
export const HEALTH_CONTROLLERS = {
  PRISON_HEALTH: {
    fi: 'Vankiterveydenhuollon yksikkö (VTH)',
    sv: 'Enheten för hälso- och sjukvård för fångar',
    en: 'Health Care Services for Prisoners',
    oid: '1.2.246.10.22295006',
  },
  HELSINKI: SOCIAL_CONTROLLERS.HELSINKI,
  WESTERN_UUSIMAA: SOCIAL_CONTROLLERS.WESTERN_UUSIMAA,
  VANTAA_KERAVA: SOCIAL_CONTROLLERS.VANTAA_KERAVA,
  CENTRAL_UUSIMAA: SOCIAL_CONTROLLERS.CENTRAL_UUSIMAA,
} as const satisfies Record<string, Organisation>;

export type HealthController = keyof typeof HEALTH_CONTROLLERS;

/** Organisations that are no controllers above but stand in relationships, appointments and referrals. */
export const OTHER_ORGANISATIONS = {
  PRISON_SERVICE: {
    fi: 'Rikosseuraamuslaitos',
    sv: 'Brottspåföljdsmyndigheten',
    en: 'Prison and Probation Service',
    oid: '1.2.246.10.3120817',
  },
  /** Artificial: no such association exists, and no business id begins so. */
  PEER_ASSOCIATION: {
    fi: 'Vertaistuen esimerkkiyhdistys',
    sv: 'Exempelföreningen för kamratstöd',
    en: 'Example association for peer support',
    oid: '1.2.246.10.99999990',
  },
} as const satisfies Record<string, Organisation>;
