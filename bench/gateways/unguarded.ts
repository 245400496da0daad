import type * as Log from '../../audit/log.ts';
import type * as Passes from '../../auth/pass.ts';
import type * as Deciding from '../../consent/decide.ts';
import type { ClientFacts, Verdict } from '../../consent/decision.ts';
import { NOTHING_KNOWN } from '../../consent/facts.ts';
import { Verdicts } from '../../consent/verdicts.ts';
import type * as FactsOf from '../../gateway/facts.ts';
import type * as Recording from '../../gateway/record.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';

/*
 * What the hub is without its guard: everything is permitted, nothing is signed, nothing is written down; the caller's token is still
 * verified. `redirect.mjs` puts this file in the place of the modules named here, in one process of the benchmark. What is not
 * replaced below stays as it is; the types see to it that what is replaced is still there.
 */
export * from '../../audit/log.ts';
export * from '../../auth/pass.ts';
export * from '../../consent/decide.ts';
export * from '../../gateway/facts.ts';
export * from '../../gateway/record.ts';

const PERMIT: Verdict = { decision: 'PERMIT', basis: 'OWN_DATA', reference: null };
const EVERYTHING = new Verdicts(new Map(CATEGORY_NAMES.map((name, place) => [name, place])), () => PERMIT);

export const decide: typeof Deciding.decide = ({ clientId }) => ({
  clientId,
  epoch: 0n,
  relationship: true,
  flagged: false,
  categories: EVERYTHING,
});

export class PassSigner implements Pick<Passes.PassSigner, 'sign'> {
  sign(): Passes.PassHeaders {
    return UNSIGNED;
  }
}

const UNSIGNED: Passes.PassHeaders = { 'content-digest': '', 'signature-input': '', signature: '' };

export const createAuditLog: typeof Log.createAuditLog = () => ({
  append: async () => 'durable',
  ready: async () => true,
});

export const record: typeof Recording.record = async () => 'durable';

export const openFacts: typeof FactsOf.openFacts = () => {
  const known = new Map<string, ClientFacts>();
  const factsOf = (clientId: string): ClientFacts => {
    const facts = known.get(clientId) ?? { ...NOTHING_KNOWN, clientId };
    known.set(clientId, facts);
    return facts;
  };
  return {
    load: async (ids) => new Map(ids.map((id) => [id, factsOf(id)])),
    forget() {},
    listen() {},
    async close() {},
  };
};
