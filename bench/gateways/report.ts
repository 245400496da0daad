import { AGENCIES_OF_HUB } from './agencies.ts';
import { median, quantile } from './load.ts';
import { infoOf, type ServerName } from './servers.ts';

export interface Workload {
  /** Clients an operation. */
  readonly clients: number;
  readonly agencies: number;
  readonly connections: number;
}

/** One measurement of one server in one round. */
export interface Sample extends Workload {
  readonly server: ServerName;
  /** Answers a second. */
  readonly rate: number;
  /** In ms, ascending. */
  readonly latencies: readonly number[];
  /** Requests to agencies for one operation. */
  readonly agencyRequests: number;
  /** Of the server's process after the round, MB. */
  readonly memory: number | null;
  /** Share of time that the server's core, and those of all others together, were busy. */
  readonly busy: { readonly server: number | null; readonly others: number | null };
}

export interface Result extends Workload {
  readonly server: ServerName;
  readonly title: string;
  /** Median of the rounds. */
  readonly requestsPerSecond: number;
  /** Each round's, in their order. */
  readonly rounds: readonly number[];
  /** Medians of the rounds' quantiles, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Requests that it sends to agencies for one operation. */
  readonly agencyRequests: number;
  readonly memoryMb: number | null;
  readonly serverCoreBusy: number | null;
  readonly otherCoresBusy: number | null;
}

/** By how much one server's median throughput exceeds the others' in the same workload. */
export interface Ratio extends Workload {
  readonly server: ServerName;
  readonly to: Readonly<Partial<Record<ServerName, number>>>;
}

export interface Target {
  readonly clients: number;
  readonly than: ServerName;
  readonly atLeast: number;
  /** Null: not measured in this run. */
  readonly ratio: number | null;
  readonly met: boolean | null;
}

export interface Report {
  readonly results: readonly Result[];
  readonly ratios: readonly Ratio[];
  readonly targets: readonly Target[];
  /** Null when some were not measured. */
  readonly targetsMet: boolean | null;
}

/** What the complete hub must reach with 16 connections: its throughput over another's, in one run (architecture, "What it must reach"). */
const TARGETS: readonly Pick<Target, 'clients' | 'than' | 'atLeast'>[] = [
  { clients: 1, than: 'apollo', atLeast: 5 },
  { clients: 1, than: 'hive', atLeast: 3 },
  { clients: 1, than: 'mercurius', atLeast: 1.3 },
  { clients: 1, than: 'handwritten', atLeast: 0.4 },
  { clients: 50, than: 'apollo', atLeast: 4 },
  { clients: 50, than: 'hive', atLeast: 4 },
  { clients: 50, than: 'mercurius', atLeast: 7 },
  { clients: 50, than: 'handwritten', atLeast: 0.45 },
];
const TARGET_CONNECTIONS = 16;

export function summarize(samples: readonly Sample[]): Report {
  const results = grouped(samples).map(resultOf);
  const ratios = results.map((result): Ratio => {
    const others = results.filter((other) => sameWorkload(other, result) && other.server !== result.server);
    const to = others.map((other) => [other.server, round(result.requestsPerSecond / other.requestsPerSecond, 3)]);
    const { clients, agencies, connections, server } = result;
    return { clients, agencies, connections, server, to: Object.fromEntries(to) };
  });
  const targets = TARGETS.map((target): Target => {
    const workload = { clients: target.clients, agencies: AGENCIES_OF_HUB, connections: TARGET_CONNECTIONS };
    const hub = ratios.find((each) => each.server === 'hub' && sameWorkload(each, workload));
    const ratio = hub?.to[target.than] ?? null;
    return { ...target, ratio, met: ratio === null ? null : ratio >= target.atLeast };
  });
  const targetsMet = targets.some(({ met }) => met === null) ? null : targets.every(({ met }) => met);
  return { results, ratios, targets, targetsMet };
}

export function sameWorkload(one: Workload, other: Workload): boolean {
  return one.clients === other.clients && one.agencies === other.agencies && one.connections === other.connections;
}

function grouped(samples: readonly Sample[]): (readonly Sample[])[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.clients} ${sample.agencies} ${sample.connections} ${sample.server}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()];
}

function resultOf(samples: readonly Sample[]): Result {
  const { clients, agencies, connections, server } = samples[0] as Sample;
  const memories = samples.flatMap(({ memory }) => (memory === null ? [] : [memory]));
  return {
    clients,
    agencies,
    connections,
    server,
    title: infoOf(server).title,
    requestsPerSecond: round(median(samples.map(({ rate }) => rate)), 1),
    rounds: samples.map(({ rate }) => round(rate, 1)),
    p50: round(median(samples.map(({ latencies }) => quantile(latencies, 0.5))), 2),
    p99: round(median(samples.map(({ latencies }) => quantile(latencies, 0.99))), 2),
    agencyRequests: round(median(samples.map(({ agencyRequests }) => agencyRequests)), 2),
    memoryMb: memories.length === 0 ? null : Math.max(...memories),
    serverCoreBusy: medianOrNull(samples.map(({ busy }) => busy.server)),
    otherCoresBusy: medianOrNull(samples.map(({ busy }) => busy.others)),
  };
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : round(median(known), 2);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

const COMPARED: readonly (readonly [ServerName, string])[] = [
  ['handwritten', '× hand-written'],
  ['apollo', '× Apollo'],
  ['mercurius', '× Mercurius'],
  ['hive', '× Hive'],
];

/** The report as Markdown tables, one a workload, and the targets. */
export function printReport({ results, ratios, targets }: Report): string {
  const workloads = results.filter((result, at) => results.findIndex((each) => sameWorkload(each, result)) === at);
  const tables = workloads.map((workload) => {
    const { clients, agencies, connections } = workload;
    const rows = results
      .filter((result) => sameWorkload(result, workload))
      .map((result) => {
        const ratio = ratios.find((each) => each.server === result.server && sameWorkload(each, workload));
        const compared = COMPARED.map(([name]) => (name === result.server ? '1' : (ratio?.to[name]?.toFixed(2) ?? '')));
        const { title, requestsPerSecond, p50, p99, agencyRequests, memoryMb, serverCoreBusy, otherCoresBusy } = result;
        const busy = [serverCoreBusy, otherCoresBusy].map((share) =>
          share === null ? '' : `${Math.round(share * 100)} %`,
        );
        return [title, requestsPerSecond, p50, p99, ...compared, agencyRequests, memoryMb ?? '', ...busy];
      });
    const head = [
      'server',
      'requests/s',
      'p50 ms',
      'p99 ms',
      ...COMPARED.map(([, title]) => title),
      'agency requests',
      'MB',
      'its core',
      'other cores',
    ];
    return `**${count(clients, 'client')}, ${agencies === 1 ? '1 agency' : `${agencies} agencies`}, ${count(connections, 'connection')}**\n\n${table([head, ...rows])}`;
  });
  const reached = targets.filter(({ ratio }) => ratio !== null);
  if (reached.length > 0) {
    const rows = reached.map(({ clients, than, atLeast, ratio, met }) => [
      count(clients, 'client'),
      infoOf(than).title,
      `≥ ${atLeast}`,
      ratio?.toFixed(2) ?? '',
      met ? 'yes' : 'no',
    ]);
    tables.push(
      `**Targets, ${TARGET_CONNECTIONS} connections**\n\n${table([['workload', 'hub over', 'target', 'ratio', 'met'], ...rows])}`,
    );
  }
  return `${tables.join('\n\n')}\n`;
}

/** `1 client`, `50 clients`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function table([head = [], ...rows]: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
