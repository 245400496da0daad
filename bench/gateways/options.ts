import { parseArgs } from 'node:util';
import { AGENCIES_AT_MOST, AGENCIES_OF_HUB } from './agencies.ts';
import { PAGE } from './operations.ts';
import { isServer, SERVERS, type ServerName } from './servers.ts';

export interface BenchOptions {
  readonly servers: readonly ServerName[];
  readonly clients: readonly number[];
  readonly agencies: readonly number[];
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly json: boolean;
  /** File that the picture is written to. */
  readonly svg: string | undefined;
}

export const HELP = `npm run bench -- [options]

The hub beside other gateways, over agencies with fixed answers. See docs/performance.md.

  --only NAMES         ${Object.keys(SERVERS).join(',')} (all)
  --clients NUMBERS    clients an operation: 1, up to ${PAGE}, or hundreds (1,50)
  --agencies NUMBERS   agencies an operation, 1 to ${AGENCIES_AT_MOST}; above ${AGENCIES_OF_HUB}, some of the benchmark's own (${AGENCIES_OF_HUB})
  --connections NUMBERS  connections, each with one request under way (1,16)
  --rounds NUMBER      rounds over all servers (5)
  --seconds NUMBER     length of one measurement (5)
  --quick              2 rounds of 1 second: whether it runs, no figures to quote
  --json               one JSON object instead of the tables (npm run -s: without npm's own lines before it)
  --svg FILE           also writes the picture
  --help
`;

/** The options of the command line; null for `--help`. Throws `TypeError` with one sentence. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      clients: { type: 'string', default: '1,50' },
      agencies: { type: 'string', default: String(AGENCIES_OF_HUB) },
      connections: { type: 'string', default: '1,16' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      svg: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const one = (name: 'rounds' | 'seconds', otherwise: number, isRight: (value: number) => boolean): number => {
    const value = Number(values[name] ?? otherwise);
    if (!isRight(value)) throw new TypeError(`--${name} takes a positive number, not ${values[name]}.`);
    return value;
  };
  return {
    servers: serversOf(values.only),
    clients: numbers('clients', values.clients, (each) =>
      each <= PAGE ? each >= 1 : each % PAGE === 0 && each <= 1_000,
    ),
    agencies: numbers('agencies', values.agencies, (each) => each >= 1 && each <= AGENCIES_AT_MOST),
    connections: numbers('connections', values.connections, (each) => each >= 1),
    rounds: one('rounds', values.quick ? 2 : 5, (value) => Number.isInteger(value) && value > 0),
    seconds: one('seconds', values.quick ? 1 : 5, (value) => value > 0),
    warmUp: values.quick ? 1 : 5,
    json: values.json,
    svg: values.svg,
  };
}

function serversOf(only: string | undefined): readonly ServerName[] {
  const names = only === undefined ? Object.keys(SERVERS) : only.split(',');
  const known = names.filter(isServer);
  const unknown = names.find((name) => !isServer(name));
  if (unknown !== undefined)
    throw new TypeError(`--only knows no ${unknown}: it takes ${Object.keys(SERVERS).join(', ')}.`);
  // What the others' answers and figures are compared with.
  return known.includes('handwritten') ? known : ['handwritten', ...known];
}

function numbers(name: string, text: string, isRight: (value: number) => boolean): readonly number[] {
  const values = text.split(',').map(Number);
  const wrong = values.findIndex((value) => !Number.isInteger(value) || !isRight(value));
  if (wrong >= 0) throw new TypeError(`--${name} does not take ${text.split(',')[wrong]}: see --help.`);
  return [...new Set(values)];
}
