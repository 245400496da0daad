import type { MunicipalityCode } from '../schema/codes/municipalities.ts';

interface Place {
  readonly fi: string;
  readonly sv: string;
  readonly postalCodes: readonly string[];
}

const list = (text: string): readonly string[] => text.split(' ');

/** Post offices and postal codes of each municipality. */
export const PLACES: Readonly<Record<MunicipalityCode, Place>> = {
  '091': {
    fi: 'HELSINKI',
    sv: 'HELSINGFORS',
    postalCodes: list('00500 00510 00530 00550 00700 00810 00940 00980 00410'),
  },
  '049': { fi: 'ESPOO', sv: 'ESBO', postalCodes: list('02600 02770 02320 02230 02760') },
  '092': { fi: 'VANTAA', sv: 'VANDA', postalCodes: list('01300 01360 01600 01710 01400') },
  '245': { fi: 'KERAVA', sv: 'KERVO', postalCodes: list('04200 04250') },
  '186': { fi: 'JÄRVENPÄÄ', sv: 'TRÄSKÄNDA', postalCodes: list('04400 04410') },
  '858': { fi: 'TUUSULA', sv: 'TUSBY', postalCodes: list('04300 04320') },
  '106': { fi: 'HYVINKÄÄ', sv: 'HYVINGE', postalCodes: list('05800 05830') },
  '543': { fi: 'NURMIJÄRVI', sv: 'NURMIJÄRVI', postalCodes: list('01900 01800') },
  '505': { fi: 'MÄNTSÄLÄ', sv: 'MÄNTSÄLÄ', postalCodes: list('04600') },
  '611': { fi: 'PORNAINEN', sv: 'BORGNÄS', postalCodes: list('07170') },
  '853': { fi: 'TURKU', sv: 'ÅBO', postalCodes: list('20100 20300 20540') },
};

/** Ordinary names without a real place behind the number; those of one index are each other's translation. */
export const STREETS = {
  fi: list(
    'Kuusirinteentie Lähdepolku Mäntykallionkuja Haapaniityntie Pajuojankatu Vadelmakuja Koivurannantie Harjumäenkatu',
  ),
  sv: list(
    'Granbackavägen Källstigen Tallbergsgränden Aspängsvägen Videbäcksgatan Hallongränden Björkstrandsvägen Åsbackagatan',
  ),
} as const;

/** Weights of the municipalities among the clients: the Helsinki region, and a few from Turku. */
export const MUNICIPALITY_WEIGHTS: Readonly<Record<MunicipalityCode, number>> = {
  '091': 52,
  '049': 14,
  '092': 15,
  '245': 4,
  '186': 4,
  '858': 2,
  '106': 3,
  '543': 2,
  '505': 1,
  '611': 0.5,
  '853': 2.5,
};
