import type { Pass } from '../../auth/pass.ts';
import { ASSISTANCE_CONTROLLERS } from '../../schema/codes/controllers.ts';
import type { Organisation } from '../organisation.ts';
import { type PlacedRow, seesRowPlace } from '../place.ts';
import type { SocialServiceTask } from './services.ts';

type ControlledRow = PlacedRow & { readonly controller: Organisation | undefined };

/** The rows without the controllers that tell a protected client's region to a caller who must not know it. */
export function maskControllers<Row extends ControlledRow>(pass: Pass, rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => (isShown(pass, row) ? row : { ...row, controller: undefined }));
}

/** The same for cases, whose own worker's unit tells the place too. */
export function maskTasks(pass: Pass, tasks: readonly SocialServiceTask[]): readonly SocialServiceTask[] {
  return tasks.map((task) => {
    if (isShown(pass, task)) return task;
    return { ...task, controller: undefined, ownWorker: task.ownWorker && { ...task.ownWorker, unit: null } };
  });
}

function isShown(pass: Pass, row: ControlledRow): boolean {
  // Kela is one for the whole country: it tells no place.
  return isKela(row.controller) || seesRowPlace(pass, row, 'SOCIAL_SERVICES', [row.controller]);
}

export function isKela(controller: Organisation | undefined): boolean {
  return controller?.oid === ASSISTANCE_CONTROLLERS.KELA.oid;
}
