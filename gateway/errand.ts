import type { Pass, PassDraft } from '../auth/pass.ts';
import type { Principal } from '../auth/principal.ts';
import { remember } from '../consent/remember.ts';
import { SUBGRAPHS, type SubgraphName } from '../schema/subgraphs.ts';
import type { Agencies, Agency } from './agency.ts';
import { HubError } from './errors.ts';
import { writeJson } from './execute/raw.ts';
import type { Errand } from './execute/run.ts';
import type { Life } from './life.ts';

/** Bytes that the agencies may give for one operation. */
const LARGEST_ANSWER = 32 * 1024 * 1024;

/** What the executor does in the name of one request: each fetch carries a pass, and what came back is counted for the entry. */
export function errandOf(life: Life, agencies: Agencies): Errand {
  const { decisions, clientOfRoot, clientsOfRoot, records: counts } = life;
  let received = 0;
  return {
    decisions,
    clientOfRoot,
    clientsOfRoot,
    async ask(name, { query, variables, grants, mutation, readWell }) {
      const agency = agencyOf(agencies, name);
      const pass = passFor(life, grants, { toOwn: SUBGRAPHS[agency.name].own });
      try {
        const answer = await agency.ask(query, variables, pass, { mutation, readWell });
        received += answer.bytes;
        if (received > LARGEST_ANSWER) throw new HubError('ANSWER_TOO_LARGE');
        return answer;
      } catch (error) {
        if (error instanceof HubError && error.code === 'AGENCY_UNAVAILABLE')
          life.unavailable.set(agency.name, error.detail ?? '');
        throw error;
      }
    },
    tally(source, clientId, records) {
      const { agency } = SUBGRAPHS[source as SubgraphName];
      const before = counts.get(clientId);
      if (before === undefined) counts.set(clientId, { [agency]: records });
      else before[agency] = (before[agency] ?? 0) + records;
    },
  };
}

function agencyOf(agencies: Agencies, name: string): Agency {
  const agency = agencies.get(name);
  if (agency === undefined)
    throw new TypeError(`The supergraph names the subgraph ${name}, which has no address here.`);
  return agency;
}

/** The pass of one request to one subgraph; an agency is not told whom else a guardian acts for. */
export function passFor(
  { auditId, principal, purpose }: Life,
  grants: PassDraft['grants'],
  { toOwn = false }: { readonly toOwn?: boolean } = {},
): PassDraft {
  const texts = remember(callers, principal, () => textsOf(principal));
  return { auditId, caller: toOwn ? texts.toOwn : texts.caller, purpose, grants };
}

type Callers = Readonly<Record<'caller' | 'toOwn', PassDraft['caller']>>;

/** Of principals that the verifier keeps as long as their tokens. */
const callers = new WeakMap<Principal, Callers>();

function textsOf(principal: Principal): Callers {
  const { actingFor } = principal;
  const caller = callerOf(principal);
  const text = writeJson(caller, false);
  return { caller: text, toOwn: actingFor === undefined ? text : writeJson({ ...caller, actingFor }, false) };
}

function callerOf({ id, roles, agency, organisation, unit, clientId }: Principal): Pass['caller'] {
  return {
    id,
    roles,
    ...(agency === undefined ? {} : { agency }),
    ...(organisation === undefined ? {} : { organisation }),
    ...(unit === undefined ? {} : { unit }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}
