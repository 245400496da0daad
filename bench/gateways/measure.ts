import { load, type Measured } from './load.ts';
import { type BenchOperation, CLIENTS_IN_TURN, requestBody } from './operations.ts';
import type { BenchOptions } from './options.ts';
import { type Cores, coreTicks, residentMemory } from './processes.ts';
import type { Sample, Workload } from './report.ts';
import { infoOf, type ServerName } from './servers.ts';
import type { World } from './world.ts';

interface Given {
  readonly world: World;
  readonly cores: Cores;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Every workload on every server: all are warmed up, then measured in turn, round after round.
 *
 * Throws when an answer is wrong, and when the hub's audit log does not hold an entry for each of its answers, and no other.
 */
export async function measureAll(options: BenchOptions, given: Given): Promise<readonly Sample[]> {
  const { world, say } = given;
  const samples: Sample[] = [];
  for (const operation of world.operations) {
    const drive = driver(operation, given);
    for (const connections of options.connections) {
      const { clients, agencies } = operation;
      say(`clients ${clients}, agencies ${agencies}, connections ${connections}: warming up`);
      const names = [...world.servers.keys()];
      for (const name of names) await drive(name, connections, options.warmUp);
      for (let round = 0; round < options.rounds; round += 1) {
        for (const name of orderOf(names, round)) {
          await drive(name, connections, options.seconds / 5);
          const workload = { clients, agencies, connections };
          const sample = await measure(name, workload, () => drive(name, connections, options.seconds), given);
          say(`  round ${round + 1}: ${infoOf(name).title} ${sample.rate.toFixed(1)} requests/s`);
          samples.push(sample);
        }
      }
    }
  }
  return samples;
}

/** Each round begins with another server, and every second one goes backwards: none always follows the same one's garbage and heat. */
export function orderOf<Name>(names: readonly Name[], round: number): readonly Name[] {
  const { length } = names;
  return names.map((_, at) => names[(round + (round % 2 === 0 ? at : length - at)) % length] as Name);
}

async function measure(
  server: ServerName,
  workload: Workload,
  run: () => Promise<Measured>,
  { world, cores }: Given,
): Promise<Sample> {
  const entries = await world.database?.entries();
  const asked = await world.agencyRequests();
  const before = { server: coreTicks(cores.server), others: coreTicks(cores.others) };
  const { rate, latencies } = await run();
  const busy = { server: shareSince(before.server, cores.server), others: shareSince(before.others, cores.others) };
  const answers = latencies.length;
  const agencyRequests = ((await world.agencyRequests()) - asked) / answers;
  if (world.database !== undefined && entries !== undefined) {
    const written = (await world.database.entries()) - entries;
    if (written !== (server === 'hub' ? answers : 0))
      throw new Error(`${infoOf(server).title} gave ${answers} answers, and ${written} entries are in the audit log.`);
  }
  const memory = residentMemory(world.servers.get(server)?.pid ?? 0);
  return { ...workload, server, rate, latencies, agencyRequests, memory, busy };
}

type Drive = (server: ServerName, connections: number, seconds: number) => Promise<Measured>;

/** Sends the operation, of one client after another: the same bytes to every server but for its address. */
function driver(operation: BenchOperation, { world, signal }: Given): Drive {
  const made = new Map<ServerName, readonly Buffer[]>();
  for (const [name, { place }] of world.servers) {
    const { host, pathname } = new URL(place.url);
    const requests = Array.from({ length: CLIENTS_IN_TURN }, (_, turn) => {
      const body = requestBody(operation, turn);
      return Buffer.from(
        `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
          `authorization: Bearer ${world.token}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
    made.set(name, requests);
  }
  return (name, connections, seconds) => {
    const requests = made.get(name) as readonly Buffer[];
    const request = (turn: number): Buffer => requests[turn % CLIENTS_IN_TURN] as Buffer;
    return load({ url: world.servers.get(name)?.place.url as string, connections, seconds, request, signal });
  };
}

function shareSince(before: ReturnType<typeof coreTicks>, cores: string | null): number | null {
  const now = coreTicks(cores);
  return before === null || now === null ? null : (now.busy - before.busy) / Math.max(1, now.all - before.all);
}
