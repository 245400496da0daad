import type { Pass } from '../../auth/pass.ts';
import { HEALTH_CONTROLLERS } from '../../schema/codes/controllers.ts';
import type { Organisation } from '../organisation.ts';
import { type PlacedRow, seesRowPlace } from '../place.ts';
import type { CareHandover } from './handover.ts';
import type { CareUnit } from './unit.ts';

/** What a row may tell of a place: its controller and units of care. */
type PlacedHealthRow = PlacedRow & {
  readonly controller: Organisation | undefined;
  readonly careUnit?: CareUnit | undefined;
  readonly givingUnit?: CareUnit | undefined;
  readonly receivingClinic?: CareUnit | undefined;
};

/**
 * The rows without the controllers and units that a caller must not know of a protected client.
 *
 * Who keeps a row sees the units in it, and a unit's own controller sees that unit.
 */
export function maskUnits<Row extends PlacedHealthRow>(pass: Pass, rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => {
    if (!row.protected) return row;
    const unit = (of: CareUnit | undefined) => (sees(pass, row, row.controller, of?.controller) ? of : undefined);
    return {
      ...row,
      controller: isNational(row.controller) || sees(pass, row, row.controller) ? row.controller : undefined,
      careUnit: unit(row.careUnit),
      givingUnit: unit(row.givingUnit),
      receivingClinic: unit(row.receivingClinic),
    };
  });
}

/** The same for handovers: who hands over and who takes over see both units. */
export function maskHandovers(pass: Pass, handovers: readonly CareHandover[]): readonly CareHandover[] {
  return handovers.map((handover) =>
    sees(pass, handover, handover.fromUnit?.controller, handover.toUnit?.controller)
      ? handover
      : { ...handover, fromUnit: undefined, toUnit: undefined },
  );
}

function sees(pass: Pass, row: PlacedRow, ...keepers: readonly (Organisation | undefined)[]): boolean {
  return seesRowPlace(pass, row, 'HEALTH_CARE', keepers);
}

/** The prison health unit is one for the whole country: it tells no place, its clinics do. */
function isNational(controller: Organisation | undefined): boolean {
  return controller?.oid === HEALTH_CONTROLLERS.PRISON_HEALTH.oid;
}
