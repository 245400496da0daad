import type { Names } from '../categories.ts';

export interface HousingClass extends Names {
  readonly homeless: boolean;
}

/** Homelessness classes after ARA's yearly survey, and the classes of those who have a home. */
export const HOUSING_CLASSES = {
  OUTDOORS_OR_SHELTER: {
    fi: 'Ulkona, porrashuoneessa tai ensisuojassa',
    sv: 'Utomhus, i trappuppgång eller skyddshärbärge',
    en: 'Outdoors, in a stairwell or a shelter',
    homeless: true,
  },
  HOSTEL: {
    fi: 'Asuntolassa tai majoitusliikkeessä',
    sv: 'På boendehem eller inkvarteringsrörelse',
    en: 'In a hostel or boarding house',
    homeless: true,
  },
  INSTITUTION: { fi: 'Laitoksessa', sv: 'På institution', en: 'In an institution', homeless: true },
  RELEASED_WITHOUT_HOUSING: {
    fi: 'Vapautuva vanki, jolla ei ole asuntoa',
    sv: 'Fånge som friges utan bostad',
    en: 'Prisoner released without housing',
    homeless: true,
  },
  WITH_ACQUAINTANCES: {
    fi: 'Tilapäisesti tuttavien tai sukulaisten luona',
    sv: 'Tillfälligt hos bekanta eller släktingar',
    en: 'Temporarily with acquaintances or relatives',
    homeless: true,
  },
  OWN_TENANCY: { fi: 'Oma vuokra- tai omistusasunto', sv: 'Egen bostad', en: 'Own home', homeless: false },
  SUPPORTED_HOUSING: { fi: 'Tuettu asuminen', sv: 'Stödboende', en: 'Supported housing', homeless: false },
  UNKNOWN: { fi: 'Ei tiedossa', sv: 'Okänt', en: 'Unknown', homeless: false },
} as const satisfies Record<string, HousingClass>;

export type HousingClassCode = keyof typeof HOUSING_CLASSES;

export const TENANCIES = {
  CITY_RENTAL: { fi: 'Kunnan vuokra-asunto', sv: 'Kommunal hyresbostad', en: 'Municipal rental' },
  FOUNDATION_RENTAL: { fi: 'Säätiön vuokra-asunto', sv: 'Hyresbostad av stiftelse', en: 'Foundation rental' },
  PRIVATE_RENTAL: { fi: 'Yksityinen vuokra-asunto', sv: 'Privat hyresbostad', en: 'Private rental' },
  OWNER_OCCUPIED: { fi: 'Omistusasunto', sv: 'Ägarbostad', en: 'Owner-occupied' },
  SUBLET: { fi: 'Alivuokrasuhde', sv: 'Andrahandsuthyrning', en: 'Sublet' },
} as const satisfies Record<string, Names>;

export type Tenancy = keyof typeof TENANCIES;

export const HOUSING_NEEDS = {
  NONE: { fi: 'Ei tarvetta', sv: 'Inget behov', en: 'None' },
  KEEP_TENANCY: { fi: 'Asunnon säilyttäminen', sv: 'Behålla bostaden', en: 'Keep the tenancy' },
  EMERGENCY_ACCOMMODATION: { fi: 'Hätämajoitus', sv: 'Nödinkvartering', en: 'Emergency accommodation' },
  SUPPORTED_HOUSING: { fi: 'Tuettu asuminen', sv: 'Stödboende', en: 'Supported housing' },
  INDEPENDENT_HOUSING: { fi: 'Itsenäinen asunto', sv: 'Självständig bostad', en: 'Independent housing' },
} as const satisfies Record<string, Names>;

export type HousingNeed = keyof typeof HOUSING_NEEDS;
