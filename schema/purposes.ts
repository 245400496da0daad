import type { Names } from './categories.ts';

/** Why someone looks: the hub answers only for a named purpose (906/2019 §§ 22–23). */
export const PURPOSES = {
  SENTENCE_PLANNING: { fi: 'Rangaistusajan suunnittelu', sv: 'Planering av strafftiden', en: 'Sentence planning' },
  RELEASE_PREPARATION: {
    fi: 'Vapautumisen valmistelu',
    sv: 'Förberedelse av frigivning',
    en: 'Release preparation',
  },
  SERVICE_COORDINATION: { fi: 'Palvelujen yhteensovitus', sv: 'Samordning av tjänster', en: 'Service coordination' },
  BENEFIT_CONTINUITY: { fi: 'Etuuksien jatkuvuus', sv: 'Förmånernas kontinuitet', en: 'Benefit continuity' },
  CARE_CONTINUITY: { fi: 'Hoidon jatkuvuus', sv: 'Vårdens kontinuitet', en: 'Care continuity' },
  EMPLOYMENT_SUPPORT: { fi: 'Työllistymisen tuki', sv: 'Stöd för sysselsättning', en: 'Employment support' },
  EMERGENCY: { fi: 'Hätätilanne', sv: 'Nödsituation', en: 'Emergency' },
  OWN_DATA: { fi: 'Omat tiedot', sv: 'Egna uppgifter', en: 'Own data' },
  AUDIT: { fi: 'Valvonta', sv: 'Tillsyn', en: 'Audit' },
} as const satisfies Record<string, Names>;

export type Purpose = keyof typeof PURPOSES;

export function isPurpose(name: unknown): name is Purpose {
  return typeof name === 'string' && Object.hasOwn(PURPOSES, name);
}

export const ROLES = {
  'rise-worker': { fi: 'Rikosseuraamustyöntekijä', sv: 'Brottspåföljdsarbetare', en: 'Prison service worker' },
  'social-worker': { fi: 'Sosiaalityöntekijä', sv: 'Socialarbetare', en: 'Social worker' },
  'employment-specialist': {
    fi: 'Työllisyysasiantuntija',
    sv: 'Sysselsättningssakkunnig',
    en: 'Employment specialist',
  },
  'health-professional': {
    fi: 'Terveydenhuollon ammattihenkilö',
    sv: 'Yrkesutbildad person inom hälsovården',
    en: 'Health professional',
  },
  coordinator: { fi: 'Työkykykoordinaattori', sv: 'Arbetsförmågekoordinator', en: 'Work-ability coordinator' },
  peer: { fi: 'Vertaistukija', sv: 'Kamratstödjare', en: 'Peer supporter' },
  client: { fi: 'Asiakas', sv: 'Klient', en: 'Client' },
  guardian: { fi: 'Edunvalvoja', sv: 'Intressebevakare', en: 'Guardian' },
  auditor: { fi: 'Tarkastaja', sv: 'Granskare', en: 'Auditor' },
  'privacy-officer': { fi: 'Tietosuojavastaava', sv: 'Dataskyddsombud', en: 'Privacy officer' },
  steering: { fi: 'Ohjausryhmä', sv: 'Styrgrupp', en: 'Steering group' },
  developer: { fi: 'Kehittäjä', sv: 'Utvecklare', en: 'Developer' },
} as const satisfies Record<string, Names>;

export type Role = keyof typeof ROLES;

export function isRole(name: unknown): name is Role {
  return typeof name === 'string' && Object.hasOwn(ROLES, name);
}
