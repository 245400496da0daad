import type { Names } from '../schema/categories.ts';

/** What every consent record and receipt of the hub says in the same words. */
export const RECEIPT_TEXTS = {
  all: { fi: 'Kaikki, myös tulevat', sv: 'Alla, också framtida', en: 'All, those to come included' },
  consent: { fi: 'Asiakkaan suostumus', sv: 'Klientens samtycke', en: 'The client’s consent' },
  denial: { fi: 'Asiakkaan kielto', sv: 'Klientens förbud', en: 'The client’s denial' },
  collection: {
    fi: 'Tieto haetaan luovuttajan rekisteristä kyselyn ajaksi.',
    sv: 'Uppgiften hämtas ur utlämnarens register medan förfrågan pågår.',
    en: 'The data is fetched from the discloser’s register while the query runs.',
  },
  processing: {
    fi: 'Tieto näytetään vastaanottajalle, ja katselu kirjataan lokiin.',
    sv: 'Uppgiften visas för mottagaren, och visningen loggas.',
    en: 'The data is shown to the recipient, and the viewing is logged.',
  },
  storage: {
    fi: 'Tieto pysyy luovuttajan rekisterissä. Nivel ei tallenna sitä.',
    sv: 'Uppgiften finns kvar i utlämnarens register. Nivel sparar den inte.',
    en: 'The data stays in the discloser’s register. Nivel does not store it.',
  },
  retention: {
    fi: 'Lokia säilytetään 12 vuotta. Suostumusta ja kieltoa säilytetään 12 vuotta siitä, kun se on korvattu, ja viimeisintä 12 vuotta kuolemasta (703/2023, liite).',
    sv: 'Loggen bevaras i 12 år. Ett samtycke och ett förbud bevaras i 12 år efter att det har ersatts, och det senaste i 12 år efter döden (703/2023, bilagan).',
    en: 'The log is kept for 12 years. A consent and a denial are kept for 12 years after replacement, and the newest for 12 years after death (703/2023, annex).',
  },
  withdrawal: {
    fi: 'Peru palvelussa milloin tahansa (withdrawConsent) tai pyydä työntekijää kirjaamaan peruutus.',
    sv: 'Återkalla när som helst i tjänsten (withdrawConsent) eller be en arbetstagare registrera återkallelsen.',
    en: 'Withdraw in the service at any time (withdrawConsent), or ask a worker to record the withdrawal.',
  },
  rights: {
    fi: 'Oikeus nähdä tiedot ja se, kuka niitä on katsonut, oikeus saada virhe korjatuksi ja oikeus valittaa tietosuojavaltuutetulle.',
    sv: 'Rätt att se uppgifterna och vem som har tittat på dem, rätt att få fel rättade och rätt att klaga hos dataombudsmannen.',
    en: 'The right to see the data and who has looked at it, to have errors corrected, and to complain to the Data Protection Ombudsman.',
  },
  contact: {
    fi: 'Oma työntekijä tai organisaation tietosuojavastaava',
    sv: 'Den egna arbetstagaren eller organisationens dataskyddsombud',
    en: 'The client’s own worker, or the organisation’s privacy officer',
  },
  person: { fi: 'Nimetty henkilö', sv: 'En namngiven person', en: 'A named person' },
  principal: { fi: 'Asiakas', sv: 'Klient', en: 'Client' },
  guardian: { fi: 'Edunvalvoja', sv: 'Intressebevakare', en: 'Guardian' },
  ombudsman: { fi: 'Tietosuojavaltuutettu', sv: 'Dataombudsmannen', en: 'Data Protection Ombudsman' },
} as const satisfies Record<string, Names>;
