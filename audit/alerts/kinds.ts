import type { Names } from '../../schema/categories.ts';

export type AlertKind =
  | 'DECLARED_RELATIONSHIP'
  | 'EMERGENCY'
  | 'MANY_CLIENTS'
  | 'OUTSIDE_CASELOAD'
  | 'SAME_SURNAME_OR_ADDRESS'
  | 'OUT_OF_HOURS'
  | 'REPEATED_REFUSALS';

/** What people call each kind of alert (906/2019 § 23: the use of a log to follow how an information system is used). */
export const ALERT_KINDS: Readonly<Record<AlertKind, Names>> = {
  DECLARED_RELATIONSHIP: {
    fi: 'työntekijä ilmoitti asiakassuhteen itse',
    sv: 'arbetstagaren anmälde själv en klientrelation',
    en: 'Relationship declared by the worker',
  },
  EMERGENCY: { fi: 'hätäpääsy', sv: 'nödåtkomst', en: 'Emergency access' },
  MANY_CLIENTS: {
    fi: 'tavallista useamman asiakkaan tietoja vuorokaudessa',
    sv: 'uppgifter om ovanligt många klienter under ett dygn',
    en: 'Unusually many clients in a day',
  },
  OUTSIDE_CASELOAD: {
    fi: 'hakuja omien asiakkaiden ulkopuolelta',
    sv: 'sökningar utanför de egna klienterna',
    en: 'Look-ups outside the caseload',
  },
  SAME_SURNAME_OR_ADDRESS: {
    fi: 'asiakkaalla sama sukunimi tai osoite kuin katsojalla',
    sv: 'klienten har samma efternamn eller adress som den som tittade',
    en: 'Same surname or address as the caller',
  },
  OUT_OF_HOURS: {
    fi: 'runsaasti hakuja työajan ulkopuolella',
    sv: 'många sökningar utanför arbetstid',
    en: 'Burst of look-ups out of hours',
  },
  REPEATED_REFUSALS: { fi: 'toistuvia evättyjä yrityksiä', sv: 'upprepade nekade försök', en: 'Repeated refusals' },
};
