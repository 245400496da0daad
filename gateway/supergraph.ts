import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ApolloGateway } from '@apollo/gateway';
import { printSchema } from 'graphql';
import type { Agencies } from './agency.ts';
import { type Contract, readContract } from './contract.ts';
import { describe } from './errors.ts';
import { MaskedSource } from './execute/source.ts';

export interface SupergraphOptions {
  /** Path of the composed supergraph. */
  readonly file: string;
  readonly agencies: Agencies;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /**
   * Writes down that this supergraph begins to be served; its SHA-256, hexadecimal. Until it resolves, a changed one is not
   * served; when it throws, it is asked again at the next look at the file.
   */
  readonly announce: (hash: string) => Promise<void>;
  /** How often the file is looked at, ms. */
  readonly pollMs?: number;
}

export interface LoadedSupergraph {
  readonly gateway: ApolloGateway;
  /** Whether what is loaded has been announced: before that, nothing may be answered. */
  announced(): boolean;
  contract(): Contract;
  /** The API schema, without anything of federation. */
  apiSdl(): string;
}

/**
 * Apollo's gateway over the supergraph file, loaded anew whenever the file changes.
 *
 * A file that does not load is refused with one line in the log, and the one before stays in force.
 */
export function loadSupergraph(options: SupergraphOptions): LoadedSupergraph {
  let contract: Contract | undefined;
  let apiSdl = '';
  let announced = false;
  // It has no option for this: without the variable it sends metrics to Apollo, and asks cloud providers where it runs.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const gateway = new ApolloGateway({
    async supergraphSdl({ update }) {
      const supergraphSdl = await readFile(options.file, 'utf8');
      contract = readContract(supergraphSdl);
      let seen = await stamp(options.file);
      let current = supergraphSdl;
      const announce = async (sdl: string): Promise<boolean> => {
        try {
          await options.announce(createHash('sha256').update(sdl).digest('hex'));
          return true;
        } catch (error) {
          options.log({ level: 'error', event: 'supergraph waits for the audit log', cause: describe(error) });
          return false;
        }
      };
      announced = await announce(current);
      let looking = false;
      // Polled, not watched: a file that is replaced by rename, or lies on a network or container mount, is noticed too.
      const timer = setInterval(async () => {
        if (looking) return;
        looking = true;
        try {
          if (!announced) announced = await announce(current);
          const now = await stamp(options.file);
          if (now === seen) return;
          const next = await readFile(options.file, 'utf8');
          // Whatever becomes of it, but for a log that is down, it is looked at once.
          const before = seen;
          seen = now;
          if (next === current) return;
          const read = readContract(next);
          // In the log before it answers anything; while the log is down, the one before stays, and this is tried again.
          if (!(await announce(next))) {
            seen = before;
            return;
          }
          try {
            update(next);
          } catch (error) {
            // The log must not end with a schema that nobody serves.
            announced = await announce(current);
            throw error;
          }
          contract = read;
          current = next;
          options.log({ level: 'info', event: 'supergraph reloaded' });
        } catch (error) {
          options.log({ level: 'error', event: 'supergraph refused, the one before stays', cause: describe(error) });
        } finally {
          looking = false;
        }
      }, options.pollMs ?? 1_000);
      timer.unref();
      return { supergraphSdl, cleanup: async () => clearInterval(timer) };
    },
    buildService({ name }) {
      const agency = options.agencies.get(name);
      if (agency === undefined)
        throw new TypeError(`The supergraph names the subgraph ${name}, which has no address here.`);
      return new MaskedSource(agency);
    },
    // Fetches are printed without named fragments: each is read as it stands.
    queryPlannerConfig: { generateQueryFragments: false },
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: (message) => options.log({ level: 'error', event: 'gateway', cause: shorten(message) }),
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    apiSdl = printSchema(apiSchema);
  });
  return {
    gateway,
    announced: () => announced,
    apiSdl: () => apiSdl,
    contract() {
      if (contract === undefined) throw new TypeError('The supergraph is loaded before it is asked.');
      return contract;
    },
  };
}

async function stamp(file: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(file);
  return `${mtimeMs} ${size} ${ino}`;
}

/** Apollo's log lines may quote a document: only their first words are kept. */
function shorten(message: unknown): string {
  return String(message).slice(0, 80).split('\n')[0] ?? '';
}
