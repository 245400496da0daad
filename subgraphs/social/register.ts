import type { Organisation } from '../organisation.ts';
import type { Keepers } from '../register.ts';
import { isKela } from './place.ts';

/**
 * Who keeps a row of social services.
 *
 * Kela's decisions are of one register for the whole country, which social services may read whatever their county (703/2023
 * § 64: any authority to social services, as AUTHORITY-SOCIAL of the access bases).
 */
export function keepersOf({ controller }: { readonly controller: Organisation | undefined }): Keepers {
  return isKela(controller) ? 'NATIONAL' : [controller];
}
