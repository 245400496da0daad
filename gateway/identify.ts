import type { Agency } from './agency.ts';
import type { FindByCode } from './decide.ts';
import { passFor } from './errand.ts';
import { HubError } from './errors.ts';
import { writeJson } from './execute/raw.ts';
import type { Life } from './life.ts';

const QUERY = `query FindByCode($code: PersonalIdentityCode!, $purpose: Purpose!) {
  clientByPersonalIdentityCode(code: $code, purpose: $purpose) { id }
}`;

/**
 * Asks the client index whose identity code it is, before anything is decided; the pass grants no category.
 *
 * Throws `HubError` DECISIONS_UNAVAILABLE when the index does not answer: without an id nothing can be decided.
 */
export function findByCode(life: Life, clients: Agency | undefined): FindByCode {
  return async (code) => {
    if (clients === undefined) throw new HubError('DECISIONS_UNAVAILABLE', { detail: 'clients has no address' });
    const { data, errors } = await clients
      .ask(QUERY, writeJson({ code, purpose: life.purpose }, false), passFor(life, '[]'), { mutation: false })
      .catch((error) => {
        throw new HubError('DECISIONS_UNAVAILABLE', {
          detail: error instanceof HubError ? (error.detail ?? '') : 'unknown',
        });
      });
    if (errors.length > 0) throw new HubError('DECISIONS_UNAVAILABLE', { detail: 'clients: error' });
    const id = (data?.clientByPersonalIdentityCode as { id?: unknown } | null | undefined)?.id;
    return typeof id === 'string' ? id : null;
  };
}
