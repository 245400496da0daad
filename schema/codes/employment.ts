import type { Names } from '../categories.ts';

export interface Coded extends Names {
  /** The code of the registry that the list comes from. */
  readonly code: string;
}

/** Job-seeker statuses of the employment services' customer registry (työllisyyskoodi). */
export const JOBSEEKER_STATUSES = {
  S00_SUBSIDISED: { code: '00', fi: 'Työllistetty', sv: 'Sysselsatt med stöd', en: 'In subsidised work' },
  S01_WORKING: { code: '01', fi: 'Työssä yleisillä työmarkkinoilla', sv: 'I arbete', en: 'Working' },
  S02_UNEMPLOYED: { code: '02', fi: 'Työtön', sv: 'Arbetslös', en: 'Unemployed' },
  S03_LAID_OFF: { code: '03', fi: 'Lomautettu', sv: 'Permitterad', en: 'Laid off' },
  S04_SHORTENED_WEEK: {
    code: '04',
    fi: 'Lyhennetyllä työviikolla',
    sv: 'Med förkortad arbetsvecka',
    en: 'On a shortened working week',
  },
  S05_OUTSIDE_LABOUR_FORCE: {
    code: '05',
    fi: 'Työvoiman ulkopuolella',
    sv: 'Utanför arbetskraften',
    en: 'Outside the labour force',
  },
  S06_UNEMPLOYMENT_PENSION: {
    code: '06',
    fi: 'Työttömyyseläkkeellä',
    sv: 'Med arbetslöshetspension',
    en: 'On an unemployment pension',
  },
  S07_EDUCATION: { code: '07', fi: 'Koulutuksessa', sv: 'I utbildning', en: 'In education' },
  S08_IN_SERVICE: { code: '08', fi: 'Palvelussa', sv: 'I service', en: 'In a service' },
} as const satisfies Record<string, Coded>;

export type JobseekerStatus = keyof typeof JOBSEEKER_STATUSES;

export const EMPLOYMENT_PLANS = {
  EMPLOYMENT_PLAN: { fi: 'Työllistymissuunnitelma', sv: 'Sysselsättningsplan', en: 'Employment plan' },
  MULTISECTOR_PLAN: {
    fi: 'Monialainen työllistymissuunnitelma',
    sv: 'Sektorsövergripande sysselsättningsplan',
    en: 'Multisector employment plan',
  },
  ACTIVATION_PLAN: { fi: 'Aktivointisuunnitelma', sv: 'Aktiveringsplan', en: 'Activation plan' },
} as const satisfies Record<string, Names>;

export type EmploymentPlan = keyof typeof EMPLOYMENT_PLANS;

export const EMPLOYMENT_PLAN_STATES = {
  DRAFT: { fi: 'Luonnos', sv: 'Utkast', en: 'Draft' },
  IN_FORCE: { fi: 'Voimassa', sv: 'I kraft', en: 'In force' },
  ENDED: { fi: 'Päättynyt', sv: 'Upphört', en: 'Ended' },
} as const satisfies Record<string, Names>;

export type EmploymentPlanState = keyof typeof EMPLOYMENT_PLAN_STATES;

export const EMPLOYMENT_SERVICES = {
  WORK_TRIAL: { fi: 'Työkokeilu', sv: 'Arbetsprövning', en: 'Work trial' },
  WAGE_SUBSIDY: { fi: 'Palkkatuki', sv: 'Lönesubvention', en: 'Wage subsidy' },
  JOB_COACHING: { fi: 'Työhönvalmennus', sv: 'Jobbträning', en: 'Job coaching' },
  TRAINING: { fi: 'Työvoimakoulutus', sv: 'Arbetskraftsutbildning', en: 'Labour market training' },
  REHABILITATIVE_WORK: {
    fi: 'Kuntouttava työtoiminta',
    sv: 'Arbetsverksamhet i rehabiliteringssyfte',
    en: 'Rehabilitative work',
  },
} as const satisfies Record<string, Names>;

export type EmploymentService = keyof typeof EMPLOYMENT_SERVICES;

export const EMPLOYMENT_SERVICE_STATES = {
  PROPOSED: { fi: 'Ehdotettu', sv: 'Föreslagen', en: 'Proposed' },
  AGREED: { fi: 'Sovittu', sv: 'Avtalad', en: 'Agreed' },
  ONGOING: { fi: 'Käynnissä', sv: 'Pågår', en: 'Ongoing' },
  COMPLETED: { fi: 'Päättynyt', sv: 'Avslutad', en: 'Completed' },
  INTERRUPTED: { fi: 'Keskeytynyt', sv: 'Avbruten', en: 'Interrupted' },
} as const satisfies Record<string, Names>;

export type EmploymentServiceState = keyof typeof EMPLOYMENT_SERVICE_STATES;

export const MEETING_SUBJECTS = {
  INITIAL_INTERVIEW: { fi: 'Alkuhaastattelu', sv: 'Inledande intervju', en: 'Initial interview' },
  JOB_SEARCH_DISCUSSION: { fi: 'Työnhakukeskustelu', sv: 'Jobbsökardiskussion', en: 'Job search discussion' },
  RELEASE_PREPARATION: {
    fi: 'Vapautumisen valmistelu',
    sv: 'Förberedelse av frigivning',
    en: 'Release preparation',
  },
  WORK_ABILITY: { fi: 'Työkykykeskustelu', sv: 'Diskussion om arbetsförmågan', en: 'Work ability discussion' },
} as const satisfies Record<string, Names>;

export type MeetingSubject = keyof typeof MEETING_SUBJECTS;
