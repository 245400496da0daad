import type { Principal } from './principal.ts';

/** The id of the client whom every example shows; the population always makes the same person for it. */
export const CLIENT_ONE = '00000000-0000-4000-8000-000000000001';

/** The id of the client for whom the demo user `guardian` acts; the population gives them the mandate. */
export const CLIENT_TWO = '00000000-0000-4000-8000-000000000002';

const RISE = '1.2.246.10.3120817';
const HELSINKI = '1.2.246.10.2012566';
const THL = '1.2.246.10.22295006';
/** An artificial organisation: no peer association stands behind the demo. */
const PEER_ASSOCIATION = '1.2.246.10.99999990';
const NIVEL = '1.2.246.10.99999982';

const sub = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;

/** The demo users, named after their roles: the embedded issuer and `auth/realm.json` both know exactly these. */
export const DEMO_USERS: readonly Principal[] = [
  {
    id: sub(1),
    username: 'rise-worker',
    roles: ['rise-worker'],
    agency: 'PRISON_SERVICE',
    organisation: RISE,
    unit: 'HELSINKI',
  },
  {
    id: sub(2),
    username: 'social-worker',
    roles: ['social-worker'],
    agency: 'SOCIAL_SERVICES',
    organisation: HELSINKI,
    unit: 'HEL-ADULT-SOCIAL-WORK',
  },
  {
    id: sub(3),
    username: 'employment-specialist',
    roles: ['employment-specialist'],
    agency: 'EMPLOYMENT_SERVICES',
    organisation: HELSINKI,
    unit: 'HEL-EMPLOYMENT-AREA',
  },
  {
    id: sub(4),
    username: 'health-professional',
    roles: ['health-professional'],
    agency: 'HEALTH_CARE',
    organisation: THL,
    unit: 'VTH-HELSINKI',
  },
  {
    id: sub(5),
    username: 'coordinator',
    roles: ['coordinator'],
    agency: 'EMPLOYMENT_SERVICES',
    organisation: HELSINKI,
    unit: 'HEL-WORK-ABILITY-COORDINATORS',
  },
  {
    id: sub(6),
    username: 'peer',
    roles: ['peer'],
    agency: 'THIRD_SECTOR',
    organisation: PEER_ASSOCIATION,
    unit: 'PEER-SUPPORT',
  },
  { id: sub(7), username: 'client', roles: ['client'], clientId: CLIENT_ONE },
  { id: sub(8), username: 'auditor', roles: ['auditor'], agency: 'HUB', organisation: NIVEL, unit: 'AUDIT' },
  {
    id: sub(9),
    username: 'privacy-officer',
    roles: ['privacy-officer'],
    agency: 'HUB',
    organisation: NIVEL,
    unit: 'PRIVACY',
  },
  { id: sub(10), username: 'steering', roles: ['steering'], agency: 'HUB', organisation: NIVEL, unit: 'STEERING' },
  { id: sub(11), username: 'developer', roles: ['developer'], agency: 'HUB', organisation: NIVEL, unit: 'DEVELOPMENT' },
  { id: sub(12), username: 'guardian', roles: ['guardian'], actingFor: [CLIENT_TWO] },
];
