import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import { describe } from './errors.ts';
import { type Served, type ServeSupergraphOptions, serveSupergraph } from './served.ts';

export interface SupergraphOptions extends ServeSupergraphOptions {
  /** Path of the composed supergraph. */
  readonly file: string;
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
  /** The version that is served now. */
  served(): Served;
  /** The version whose API schema Apollo Server validated against. */
  servedBy(schema: GraphQLSchema): Served;
  close(): Promise<void>;
}

/**
 * Apollo's gateway over the supergraph file, loaded anew whenever the file changes.
 *
 * What is served changes at once and whole, when all of the new version is ready. A file that does not load is refused with one line in the
 * log, and the one before stays in force.
 */
export function loadSupergraph(options: SupergraphOptions): LoadedSupergraph {
  let current: Served | undefined;
  let coming: Served | undefined;
  const bySchema = new WeakMap<GraphQLSchema, Served>();
  let announced = false;
  // It has no option for this: without the variable it sends metrics to Apollo, and asks cloud providers where it runs.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const serve = (sdl: string): Promise<Served> => serveSupergraph(sdl, options);
  const gateway = new ApolloGateway({
    async supergraphSdl({ update }) {
      const supergraphSdl = await readFile(options.file, 'utf8');
      let seen = await stamp(options.file);
      coming = await serve(supergraphSdl);
      const announce = async ({ sdl }: Pick<Served, 'sdl'>): Promise<boolean> => {
        try {
          await options.announce(createHash('sha256').update(sdl).digest('hex'));
          return true;
        } catch (error) {
          options.log({ level: 'error', event: 'supergraph waits for the audit log', cause: describe(error) });
          return false;
        }
      };
      announced = await announce(coming);
      let looking = false;
      // Polled, not watched: a file that is replaced by rename, or lies on a network or container mount, is noticed too.
      const timer = setInterval(async () => {
        if (looking || current === undefined) return;
        looking = true;
        let next: Served | undefined;
        try {
          if (!announced) announced = await announce(current);
          const now = await stamp(options.file);
          if (now === seen) return;
          const sdl = await readFile(options.file, 'utf8');
          // Whatever becomes of it, but for a log that is down, it is looked at once.
          const before = seen;
          seen = now;
          const served = current;
          if (sdl === served.sdl) return;
          next = await serve(sdl);
          // In the log before it answers anything; while the log is down, the one before stays, and this is tried again.
          if (!(await announce(next))) {
            seen = before;
            return;
          }
          try {
            coming = next;
            update(sdl);
          } catch (error) {
            // The log must not end with a schema that nobody serves.
            announced = await announce(served);
            throw error;
          }
          next = undefined;
          void served.retire();
          options.log({ level: 'info', event: 'supergraph reloaded' });
        } catch (error) {
          options.log({ level: 'error', event: 'supergraph refused, the one before stays', cause: describe(error) });
        } finally {
          void next?.retire();
          looking = false;
        }
      }, options.pollMs ?? 1_000);
      timer.unref();
      return { supergraphSdl, cleanup: async () => clearInterval(timer) };
    },
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: (message) => options.log({ level: 'error', event: 'gateway', cause: shorten(message) }),
    },
  });
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    if (coming?.sdl !== coreSupergraphSdl) throw new TypeError('A supergraph is made ready before it is loaded.');
    current = coming;
    bySchema.set(coming.schema, coming);
  });
  const loaded = (served: Served | undefined): Served => {
    if (served === undefined) throw new TypeError('The supergraph is loaded before it is asked.');
    return served;
  };
  return {
    gateway,
    announced: () => announced,
    served: () => loaded(current),
    servedBy: (schema) => loaded(bySchema.get(schema)),
    close: async () => current?.retire(),
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
