import type { Names } from '../categories.ts';
import type { EmploymentArea, SocialController } from './controllers.ts';

export interface Municipality extends Names {
  /** Who arranges social services and health care there; absent outside the region. */
  readonly controller?: SocialController;
  readonly employmentArea?: EmploymentArea;
}

const keusote = { controller: 'CENTRAL_UUSIMAA', employmentArea: 'CENTRAL_UUSIMAA' } as const;

/** Municipalities by the three-digit code of Statistics Finland. */
export const MUNICIPALITIES = {
  '091': { fi: 'Helsinki', sv: 'Helsingfors', en: 'Helsinki', controller: 'HELSINKI', employmentArea: 'HELSINKI' },
  '049': { fi: 'Espoo', sv: 'Esbo', en: 'Espoo', controller: 'WESTERN_UUSIMAA', employmentArea: 'ESPOO' },
  '092': { fi: 'Vantaa', sv: 'Vanda', en: 'Vantaa', controller: 'VANTAA_KERAVA', employmentArea: 'VANTAA_KERAVA' },
  '245': { fi: 'Kerava', sv: 'Kervo', en: 'Kerava', controller: 'VANTAA_KERAVA', employmentArea: 'VANTAA_KERAVA' },
  '186': { fi: 'Järvenpää', sv: 'Träskända', en: 'Järvenpää', ...keusote },
  '858': { fi: 'Tuusula', sv: 'Tusby', en: 'Tuusula', ...keusote },
  '106': { fi: 'Hyvinkää', sv: 'Hyvinge', en: 'Hyvinkää', ...keusote },
  '543': { fi: 'Nurmijärvi', sv: 'Nurmijärvi', en: 'Nurmijärvi', ...keusote },
  '505': { fi: 'Mäntsälä', sv: 'Mäntsälä', en: 'Mäntsälä', ...keusote },
  '611': { fi: 'Pornainen', sv: 'Borgnäs', en: 'Pornainen', ...keusote },
  '853': { fi: 'Turku', sv: 'Åbo', en: 'Turku' },
} as const satisfies Record<string, Municipality>;

export type MunicipalityCode = keyof typeof MUNICIPALITIES;
