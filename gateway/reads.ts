import type { LogRead } from '../audit/entry.ts';
import { isId } from '../consent/id.ts';
import type { Root } from './life.ts';

/** Root fields that read the log itself, or what was made of it. A client's own look at it (`whoLooked`) is no inspection. */
export const LOG_READS = ['auditEntries', 'auditEntry', 'auditCheckpoint', 'auditConsistency', 'auditAlerts'] as const;

/**
 * What an operation asks of the log, for its entry: whoever reads the log leaves in it what they looked for (906/2019 § 17).
 *
 * Only what is certain to be an id, a code, a number or a time is repeated: anything else could be what somebody wrote. A client's id
 * stands in the entry's `clients` (`namedBy`).
 */
export function readsOf(roots: readonly Pick<Root, 'field' | 'args'>[]): readonly LogRead[] {
  return roots.flatMap(({ field, args }) => {
    if (!LOG_READS.some((name) => name === field)) return [];
    const { filter, ...others } = args;
    const asked = Object.entries({ ...others, ...(filter as Readonly<Record<string, unknown>> | null | undefined) });
    return [{ field, arguments: Object.fromEntries(asked.flatMap(([name, value]) => repeatable(name, value))) }];
  });
}

function repeatable(name: string, value: unknown): [string, string][] {
  const form = FORMS[name];
  const text = form === undefined ? null : form(value);
  return text === null ? [] : [[name, text]];
}

type Form = (value: unknown) => string | null;

const id: Form = (value) => {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  return isId(text) ? text : null;
};
const number: Form = (value) => (typeof value === 'number' ? String(value) : null);
/** Validation has let only values of the enum through. */
const code: Form = (value) => (typeof value === 'string' && /^[A-Z_]{1,40}$/.test(value) ? value : null);
const cursor: Form = (value) => (typeof value === 'string' && /^\d{1,16}_\d{1,18}$/.test(value) ? value : null);
const time: Form = (value) => {
  const moment = typeof value === 'string' ? new Date(value) : null;
  return moment === null || Number.isNaN(moment.getTime()) ? null : moment.toISOString();
};
/** `from` and `until` are times; of a consistency proof `from` and `to` are sizes. */
const timeOrSize: Form = (value) => number(value) ?? time(value);

const FORMS: Readonly<Record<string, Form>> = {
  id,
  caller: id,
  owner: id,
  source: code,
  agency: code,
  category: code,
  basis: code,
  purpose: code,
  outcome: code,
  kind: code,
  state: code,
  from: timeOrSize,
  until: time,
  to: number,
  first: number,
  after: cursor,
};
