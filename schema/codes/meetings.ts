import type { Names } from '../categories.ts';

/** States of a meeting, of employment services and of any other appointment. */
export const MEETING_STATES = {
  PLANNED: { fi: 'Suunniteltu', sv: 'Planerat', en: 'Planned' },
  PROPOSED: { fi: 'Ehdotettu', sv: 'Föreslaget', en: 'Proposed' },
  ORDERED: { fi: 'Tilattu', sv: 'Beställt', en: 'Ordered' },
  BOOKED: { fi: 'Varattu', sv: 'Bokat', en: 'Booked' },
  MOVED: { fi: 'Siirretty', sv: 'Flyttat', en: 'Moved' },
  STARTED: { fi: 'Alkanut', sv: 'Inlett', en: 'Started' },
  HELD: { fi: 'Pidetty', sv: 'Hållet', en: 'Held' },
  CANCELLED: { fi: 'Peruttu', sv: 'Inställt', en: 'Cancelled' },
  NO_SHOW: { fi: 'Ei saapunut', sv: 'Uteblev', en: 'No-show' },
} as const satisfies Record<string, Names>;

export type MeetingState = keyof typeof MEETING_STATES;

export const MEETING_CHANNELS = {
  ON_SITE: { fi: 'Paikan päällä', sv: 'På plats', en: 'On site' },
  VIDEO: { fi: 'Videoyhteys', sv: 'Video', en: 'Video' },
  PHONE: { fi: 'Puhelin', sv: 'Telefon', en: 'Phone' },
  ONLINE: { fi: 'Verkkoasiointi', sv: 'E-tjänst', en: 'Online service' },
} as const satisfies Record<string, Names>;

export type MeetingChannel = keyof typeof MEETING_CHANNELS;

/** States of an onward referral, in order; a declined one tells its reason. */
export const REFERRAL_STATES = {
  SENT: { fi: 'Lähetetty', sv: 'Skickad', en: 'Sent' },
  RECEIVED: { fi: 'Vastaanotettu', sv: 'Mottagen', en: 'Received' },
  ACCEPTED: { fi: 'Hyväksytty', sv: 'Godkänd', en: 'Accepted' },
  DECLINED: { fi: 'Hylätty', sv: 'Avböjd', en: 'Declined' },
  COMPLETED: { fi: 'Toteutunut', sv: 'Genomförd', en: 'Completed' },
} as const satisfies Record<string, Names>;

export type ReferralState = keyof typeof REFERRAL_STATES;

export const DECLINE_REASONS = {
  NO_CAPACITY: { fi: 'Ei vapaita paikkoja', sv: 'Inga lediga platser', en: 'No capacity' },
  OTHER_MUNICIPALITY: { fi: 'Asiakas on toisen alueen', sv: 'Klienten hör till ett annat område', en: 'Other area' },
  NOT_ELIGIBLE: { fi: 'Palvelun ehdot eivät täyty', sv: 'Uppfyller inte villkoren', en: 'Not eligible' },
  CLIENT_DECLINED: { fi: 'Asiakas ei halua palvelua', sv: 'Klienten vill inte ha servicen', en: 'Client declined' },
} as const satisfies Record<string, Names>;

export type DeclineReason = keyof typeof DECLINE_REASONS;

/** What an appointment or a referral is about. */
export const APPOINTMENT_REASONS = {
  HOUSING: { fi: 'Asuminen', sv: 'Boende', en: 'Housing' },
  INCOME: { fi: 'Toimeentulo', sv: 'Utkomst', en: 'Income' },
  EMPLOYMENT: { fi: 'Työllistyminen', sv: 'Sysselsättning', en: 'Employment' },
  WORK_ABILITY: { fi: 'Työkyky', sv: 'Arbetsförmåga', en: 'Work ability' },
  HEALTH: { fi: 'Terveys', sv: 'Hälsa', en: 'Health' },
  SUBSTANCE_SERVICES: { fi: 'Päihdepalvelut', sv: 'Missbrukarservice', en: 'Substance services' },
  DEBT_ADVICE: { fi: 'Talous- ja velkaneuvonta', sv: 'Ekonomi- och skuldrådgivning', en: 'Debt advice' },
  PEER_SUPPORT: { fi: 'Vertaistuki', sv: 'Kamratstöd', en: 'Peer support' },
  JOINT_MEETING: { fi: 'Verkostotapaaminen', sv: 'Nätverksmöte', en: 'Joint meeting of the agencies' },
} as const satisfies Record<string, Names>;

export type AppointmentReason = keyof typeof APPOINTMENT_REASONS;
