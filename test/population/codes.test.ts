import { expect, it } from 'vitest';
import type { Life } from '../../population/life.ts';
import { TABLES } from '../../population/tables.ts';
import { AGENCIES } from '../../schema/categories.ts';
import * as contact from '../../schema/codes/contact.ts';
import * as controllers from '../../schema/codes/controllers.ts';
import * as employment from '../../schema/codes/employment.ts';
import * as goals from '../../schema/codes/goals.ts';
import * as health from '../../schema/codes/health.ts';
import * as housing from '../../schema/codes/housing.ts';
import * as meetings from '../../schema/codes/meetings.ts';
import { MUNICIPALITIES } from '../../schema/codes/municipalities.ts';
import * as sentences from '../../schema/codes/sentences.ts';
import { SERVICE_UNITS } from '../../schema/codes/service-units.ts';
import * as social from '../../schema/codes/social.ts';
import { PRISON_UNITS } from '../../schema/codes/units.ts';
import { lives } from './lives.ts';

type List = Readonly<Record<string, unknown>>;

/** Which code list each coded column takes its values from. */
const CODED: Readonly<Record<string, List>> = {
  'clients.people.language': contact.LANGUAGES,
  'clients.people.interpreter_language': contact.LANGUAGES,
  'clients.people.municipality': MUNICIPALITIES,
  'clients.addresses.kind': contact.ADDRESS_KINDS,
  'clients.responsible_workers.agency': AGENCIES,
  'clients.responsible_workers.unit': SERVICE_UNITS,
  'clients.responsible_workers.role': contact.WORKER_ROLES,
  'clients.appointments.unit': SERVICE_UNITS,
  'clients.appointments.state': meetings.MEETING_STATES,
  'clients.appointments.channel': meetings.MEETING_CHANNELS,
  'clients.appointments.reason': meetings.APPOINTMENT_REASONS,
  'clients.referrals.from_unit': SERVICE_UNITS,
  'clients.referrals.to_unit': SERVICE_UNITS,
  'clients.referrals.reason': meetings.APPOINTMENT_REASONS,
  'clients.referrals.state': meetings.REFERRAL_STATES,
  'clients.referrals.decline_reason': meetings.DECLINE_REASONS,
  'clients.own_goals.area': goals.LIFE_AREAS,
  'clients.own_goals.language': contact.LANGUAGES,
  'clients.feedback.juncture': goals.JUNCTURES,
  'sentences.sanctions.type': sentences.SANCTION_TYPES,
  'sentences.sanctions.offence': sentences.OFFENCES,
  'sentences.custody.unit': PRISON_UNITS,
  'sentences.custody.phase': sentences.CUSTODY_PHASES,
  'sentences.custody.release_source': sentences.RELEASE_SOURCES,
  'sentences.custody.release_confidence': sentences.CONFIDENCE,
  'sentences.leaves.kind': sentences.LEAVE_KINDS,
  'sentences.leaves.state': sentences.LEAVE_STATES,
  'sentences.plans.state': sentences.PLAN_STATES,
  'sentences.plan_goals.area': goals.LIFE_AREAS,
  'sentences.plan_goals.state': goals.GOAL_STATES,
  'sentences.plan_activities.kind': sentences.PRISON_ACTIVITIES,
  'sentences.release_plans.housing': goals.HANDOVER_STATES,
  'sentences.release_plans.contact': goals.HANDOVER_STATES,
  'social.housing.controller': controllers.SOCIAL_CONTROLLERS,
  'social.housing.housing_class': housing.HOUSING_CLASSES,
  'social.housing.tenancy': housing.TENANCIES,
  'social.housing.need': housing.HOUSING_NEEDS,
  'social.service_tasks.task': social.SERVICE_TASKS,
  'social.service_tasks.state': social.LIFECYCLE_STATES,
  'social.service_tasks.own_worker_unit': SERVICE_UNITS,
  'social.client_plan_goals.area': goals.LIFE_AREAS,
  'social.service_decisions.service': social.SOCIAL_SERVICE_KINDS,
  'social.service_decisions.outcome': social.DECISION_OUTCOMES,
  'social.assistance.kind': social.ASSISTANCE_KINDS,
  'social.assistance.controller': controllers.ASSISTANCE_CONTROLLERS,
  'social.assistance.outcome': social.DECISION_OUTCOMES,
  'social.benefits.benefit': social.BENEFITS,
  'social.benefits.state': social.BENEFIT_STATES,
  'employment.statuses.area': controllers.EMPLOYMENT_AREAS,
  'employment.statuses.status': employment.JOBSEEKER_STATUSES,
  'employment.plans.kind': employment.EMPLOYMENT_PLANS,
  'employment.plans.state': employment.EMPLOYMENT_PLAN_STATES,
  'employment.services.service': employment.EMPLOYMENT_SERVICES,
  'employment.services.state': employment.EMPLOYMENT_SERVICE_STATES,
  'employment.meetings.state': meetings.MEETING_STATES,
  'employment.meetings.channel': meetings.MEETING_CHANNELS,
  'employment.meetings.subject': employment.MEETING_SUBJECTS,
  'employment.meetings.prison_unit': PRISON_UNITS,
  'health.conditions.controller': controllers.HEALTH_CONTROLLERS,
  'health.conditions.care_unit': health.CARE_UNITS,
  'health.conditions.icd10': health.ICD10_CODES,
  'health.medications.atc': health.ATC_CODES,
  'health.opioid_substitution.mode': health.OST_MODES,
  'health.opioid_substitution.atc': health.ATC_CODES,
  'health.opioid_substitution.giving_unit': health.CARE_UNITS,
  'health.opioid_substitution.receiving_clinic': health.CARE_UNITS,
  'health.work_ability.limits': health.FUNCTIONAL_LIMITS,
  'health.work_ability.statement': health.WORK_ABILITY_STATEMENTS,
  'health.care_handovers.from_unit': health.CARE_UNITS,
  'health.care_handovers.state': health.CARE_HANDOVER_STATES,
};

const POPULATION = lives(1_000);

it.each(Object.entries(CODED))('%s holds codes of its list', (column, list) => {
  const values = valuesOf(column, POPULATION);
  expect(values.length).toBeGreaterThan(0);
  expect(values.filter((value) => !Object.hasOwn(list, value))).toEqual([]);
});

function valuesOf(column: string, population: readonly Life[]): string[] {
  const table = TABLES.find(({ name }) => column.startsWith(`${name}.`))!;
  const key = table.keys[table.columns.indexOf(column.slice(table.name.length + 1)) - 1]!;
  return population
    .flatMap((life) => table.rows(life).map((row) => (row as Record<string, unknown>)[key]))
    .flat()
    .filter((value): value is string => value !== null);
}
