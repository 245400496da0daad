import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { type ReadWell, readAnswer } from '../../gateway/agency/answer.ts';
import type { AgencyAnswer } from '../../gateway/agency.ts';
import type { Errand } from '../../gateway/execute/run.ts';
import type { Run } from './agencies.ts';
import type { Federation } from './federation.ts';

/** An errand for which nothing is decided: there is no client in the graph. */
export function everythingPermitted({ agencies }: Federation, run: Run): Errand {
  return {
    decisions: { reach: async () => {}, permitted: () => ({ categories: [], own: [] }) },
    clientOfRoot: new Map(),
    clientsOfRoot: new Map(),
    tally: () => {},
    ask: async (agency, { query, variables, readWell }) =>
      answerOf(await agencies.ask(agency, query, readSent(variables), run), readWell),
  };
}

/** What an agency reads of a text that has a character for each byte. */
export function readSent(text: string) {
  expect(text).toMatch(/^[\0-\xff]*$/);
  return JSON.parse(Buffer.from(text, 'latin1').toString());
}

/** What the hub reads of an agency's answer. */
export function answerOf({ data, errors = [] }: ExecutionResult, readWell?: ReadWell): AgencyAnswer {
  if (errors.length === 0) return readAnswer(Buffer.from(JSON.stringify({ data })), readWell);
  return {
    data: data ?? null,
    bytes: JSON.stringify(data ?? null).length,
    errors: errors.map(({ extensions, path }) => ({
      code: String(extensions?.code ?? 'AGENCY_ERROR'),
      ...(path === undefined ? {} : { path }),
    })),
  };
}
