import type { Names } from '../categories.ts';

/** Service tasks of social welfare (palvelutehtävät, serviceuppgifter; THL's classification). */
export const SERVICE_TASKS = {
  WORKING_AGE: { fi: 'Työikäisten palvelut', sv: 'Service för personer i arbetsför ålder', en: 'Working-age people' },
  SUBSTANCE: { fi: 'Päihdehuolto', sv: 'Missbrukarvård', en: 'Substance services' },
  FAMILIES: { fi: 'Lapsiperheiden palvelut', sv: 'Service för barnfamiljer', en: 'Families with children' },
  CHILD_PROTECTION: { fi: 'Lastensuojelu', sv: 'Barnskydd', en: 'Child protection' },
  OLDER_PEOPLE: { fi: 'Iäkkäiden palvelut', sv: 'Service för äldre', en: 'Older people' },
  DISABILITY: { fi: 'Vammaispalvelut', sv: 'Funktionshinderservice', en: 'Disability services' },
} as const satisfies Record<string, Names>;

export type ServiceTask = keyof typeof SERVICE_TASKS;

/** How a client's case goes in social services (1301/2014 ch. 4), in order. */
export const LIFECYCLE_STATES = {
  NOTICE: { fi: 'Vireilletulo', sv: 'Inledande', en: 'Notice' },
  NEED_ASSESSMENT: { fi: 'Palvelutarpeen arviointi', sv: 'Bedömning av servicebehovet', en: 'Assessment of need' },
  CLIENT_PLAN: { fi: 'Asiakassuunnitelma', sv: 'Klientplan', en: 'Client plan' },
  DECISION: { fi: 'Päätös', sv: 'Beslut', en: 'Decision' },
  SERVICE: { fi: 'Palvelun toteutus', sv: 'Genomförande av servicen', en: 'Service' },
  CLOSURE: { fi: 'Asiakkuuden päättyminen', sv: 'Klientrelationens upphörande', en: 'Closure' },
} as const satisfies Record<string, Names>;

export type LifecycleState = keyof typeof LIFECYCLE_STATES;

export const SOCIAL_SERVICE_KINDS = {
  SOCIAL_WORK: { fi: 'Sosiaalityö', sv: 'Socialt arbete', en: 'Social work' },
  SOCIAL_GUIDANCE: { fi: 'Sosiaaliohjaus', sv: 'Social handledning', en: 'Social guidance' },
  SOCIAL_REHABILITATION: { fi: 'Sosiaalinen kuntoutus', sv: 'Social rehabilitering', en: 'Social rehabilitation' },
  HOUSING_SERVICE: { fi: 'Asumispalvelu', sv: 'Boendeservice', en: 'Housing service' },
  HOUSING_GUIDANCE: { fi: 'Asumisohjaus', sv: 'Boendehandledning', en: 'Housing guidance' },
  SUBSTANCE_REHABILITATION: { fi: 'Päihdekuntoutus', sv: 'Missbruksrehabilitering', en: 'Substance rehabilitation' },
  FAMILY_WORK: { fi: 'Perhetyö', sv: 'Familjearbete', en: 'Family work' },
} as const satisfies Record<string, Names>;

export type SocialServiceKind = keyof typeof SOCIAL_SERVICE_KINDS;

/** Toimeentulotuki, utkomststöd (1412/1997). */
export const ASSISTANCE_KINDS = {
  BASIC: { fi: 'Perustoimeentulotuki', sv: 'Grundläggande utkomststöd', en: 'Basic social assistance' },
  SUPPLEMENTARY: { fi: 'Täydentävä toimeentulotuki', sv: 'Kompletterande utkomststöd', en: 'Supplementary assistance' },
  PREVENTIVE: { fi: 'Ehkäisevä toimeentulotuki', sv: 'Förebyggande utkomststöd', en: 'Preventive assistance' },
} as const satisfies Record<string, Names>;

export type AssistanceKind = keyof typeof ASSISTANCE_KINDS;

export const DECISION_OUTCOMES = {
  GRANTED: { fi: 'Myönnetty', sv: 'Beviljad', en: 'Granted' },
  PARTLY_GRANTED: { fi: 'Myönnetty osittain', sv: 'Delvis beviljad', en: 'Partly granted' },
  REFUSED: { fi: 'Hylätty', sv: 'Avslagen', en: 'Refused' },
} as const satisfies Record<string, Names>;

export type DecisionOutcome = keyof typeof DECISION_OUTCOMES;

export const BENEFITS = {
  LABOUR_MARKET_SUBSIDY: { fi: 'Työmarkkinatuki', sv: 'Arbetsmarknadsstöd', en: 'Labour market subsidy' },
  HOUSING_ALLOWANCE: { fi: 'Yleinen asumistuki', sv: 'Allmänt bostadsbidrag', en: 'General housing allowance' },
  SICKNESS_ALLOWANCE: { fi: 'Sairauspäiväraha', sv: 'Sjukdagpenning', en: 'Sickness allowance' },
  REHABILITATION_ALLOWANCE: { fi: 'Kuntoutusraha', sv: 'Rehabiliteringspenning', en: 'Rehabilitation allowance' },
  DISABILITY_PENSION: { fi: 'Työkyvyttömyyseläke', sv: 'Sjukpension', en: 'Disability pension' },
  OLD_AGE_PENSION: { fi: 'Vanhuuseläke', sv: 'Ålderspension', en: 'Old-age pension' },
  STUDENT_AID: { fi: 'Opintotuki', sv: 'Studiestöd', en: 'Student aid' },
} as const satisfies Record<string, Names>;

export type Benefit = keyof typeof BENEFITS;

export const BENEFIT_STATES = {
  APPLIED: { fi: 'Haettu', sv: 'Ansökt', en: 'Applied for' },
  IN_PAYMENT: { fi: 'Maksussa', sv: 'Betalas ut', en: 'In payment' },
  SUSPENDED: { fi: 'Keskeytetty', sv: 'Avbruten', en: 'Suspended' },
  ENDED: { fi: 'Päättynyt', sv: 'Upphört', en: 'Ended' },
} as const satisfies Record<string, Names>;

export type BenefitState = keyof typeof BENEFIT_STATES;
