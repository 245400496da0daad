import type { Pool } from 'pg';
import { ATC_CODES, ICD10_CODES } from '../../schema/codes/health.ts';
import { codeName } from '../code.ts';
import { loadRows, type RowLoader } from '../load.ts';
import { protectedIn } from '../place.ts';
import type { WorkAbilityAssessment } from './ability.ts';
import type { HealthCondition } from './condition.ts';
import type { CareHandover } from './handover.ts';
import type { MedicationItem, OpioidSubstitution } from './medication.ts';
import { CONTROLLERS, UNITS } from './unit.ts';

/** One loader a table; each gives a client's rows, newest first. */
export interface HealthLoaders {
  readonly conditions: RowLoader<HealthCondition>;
  readonly medications: RowLoader<MedicationItem>;
  /** At most one a client. */
  readonly substitution: RowLoader<OpioidSubstitution>;
  readonly assessments: RowLoader<WorkAbilityAssessment>;
  readonly handovers: RowLoader<CareHandover>;
}

export function healthLoaders(db: Pool): HealthLoaders {
  return {
    conditions: loadRows(
      db,
      CONDITIONS,
      (raw: Coded<HealthCondition, 'controller' | 'icd10' | 'careUnit'>): HealthCondition => ({
        ...raw,
        controller: CONTROLLERS.get(raw.controller),
        careUnit: UNITS.get(raw.careUnit),
        icd10: codeName(ICD10_CODES, raw.icd10),
      }),
    ),
    medications: loadRows(
      db,
      MEDICATIONS,
      (raw: Coded<MedicationItem, 'controller' | 'atc'>): MedicationItem => ({
        ...raw,
        controller: CONTROLLERS.get(raw.controller),
        atc: codeName(ATC_CODES, raw.atc),
      }),
    ),
    substitution: loadRows(
      db,
      SUBSTITUTION,
      (
        raw: Coded<OpioidSubstitution, 'controller' | 'atc' | 'givingUnit' | 'receivingClinic'>,
      ): OpioidSubstitution => ({
        ...raw,
        controller: CONTROLLERS.get(raw.controller),
        atc: codeName(ATC_CODES, raw.atc),
        givingUnit: UNITS.get(raw.givingUnit),
        receivingClinic: UNITS.get(raw.receivingClinic),
      }),
    ),
    assessments: loadRows(
      db,
      ASSESSMENTS,
      (raw: Coded<WorkAbilityAssessment, 'controller'>): WorkAbilityAssessment => ({
        ...raw,
        controller: CONTROLLERS.get(raw.controller),
      }),
    ),
    handovers: loadRows(
      db,
      HANDOVERS,
      (raw: Coded<CareHandover, 'fromUnit' | 'toUnit'>): CareHandover => ({
        ...raw,
        fromUnit: UNITS.get(raw.fromUnit),
        toUnit: UNITS.get(raw.toUnit),
      }),
    ),
  };
}

/** A row as it comes from its table: these fields are still codes. */
type Coded<Row, Field extends keyof Row> = Omit<Row, Field> & Readonly<Record<Field, string>>;

const PROTECTED = protectedIn('health');

const CONDITIONS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, controller, care_unit AS "careUnit", icd10,
    noted_on::text AS "since", ended_on::text AS "until"
  FROM health.conditions WHERE client_id = ANY ($1) ORDER BY noted_on DESC, id`;

const MEDICATIONS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, controller, atc, dose_mg::float8 AS "doseMg", times_a_day AS "timesADay",
    starts_on::text AS "startsOn", ends_on::text AS "endsOn"
  FROM health.medications WHERE client_id = ANY ($1) ORDER BY starts_on DESC, id`;

const SUBSTITUTION = `
  SELECT client_id AS "clientId", ${PROTECTED}, controller, mode, atc, product, dose_mg::float8 AS "doseMg",
    started_on::text AS "startedOn", last_dose_at AS "lastDoseAt", next_dose_at AS "nextDoseAt",
    giving_unit AS "givingUnit", receiving_clinic AS "receivingClinic"
  FROM health.opioid_substitution WHERE client_id = ANY ($1)`;

const ASSESSMENTS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, controller, assessed_on::text AS "assessedOn", score, limits, statement
  FROM health.work_ability WHERE client_id = ANY ($1) ORDER BY assessed_on DESC, id`;

const HANDOVERS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, from_unit AS "fromUnit", to_unit AS "toUnit", state,
    planned_on::text AS "plannedOn", sent_at AS "sentAt", received_at AS "receivedAt"
  FROM health.care_handovers WHERE client_id = ANY ($1) ORDER BY planned_on DESC, id`;
