import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, printSchema } from 'graphql';
import { type Contract, readContract } from './contract.ts';
import { describe } from './errors.ts';
import { narrowNames } from './narrow.ts';
import { Operations } from './operations.ts';
import { startPlanner } from './planner.ts';
import { giveScalars } from './scalars.ts';
import type { TrustedDocuments } from './trusted.ts';

/** One version of the supergraph, as it is served. */
export interface Served {
  readonly sdl: string;
  readonly contract: Contract;
  /** The API schema, without anything of federation. */
  readonly schema: GraphQLSchema;
  readonly apiSdl: string;
  readonly operations: Operations;
  /** Ends the planner once nothing is being planned. */
  retire(): Promise<void>;
}

export interface ServeSupergraphOptions {
  readonly agencies: ReadonlyMap<string, unknown>;
  readonly trusted: TrustedDocuments;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Makes all that depends on a supergraph alone, and prepares the trusted documents: after it they are answered without a plan.
 *
 * Rejects when the supergraph cannot be read. A trusted document that it does not fit is left out with one line in the log.
 */
export async function serveSupergraph(
  sdl: string,
  { agencies, trusted, log }: ServeSupergraphOptions,
): Promise<Served> {
  narrowNames(sdl);
  const contract = readContract(sdl);
  const supergraph = Supergraph.build(sdl);
  for (const { name } of supergraph.subgraphsMetadata())
    if (!agencies.has(name))
      throw new TypeError(`The supergraph names the subgraph ${name}, which has no address here.`);
  const schema = supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
  giveScalars(schema);
  const planner = startPlanner({ supergraphSdl: sdl });
  await planner.ready();
  const operations = new Operations(schema, contract, planner);
  for (const [hash, text] of trusted) {
    const cause = await operations.warm({ hash, operationName: null }, text).then(
      (fits) => (fits ? undefined : 'does not fit the schema'),
      (error) => describe(error),
    );
    if (cause !== undefined)
      log({ level: 'warn', event: 'trusted document left out', document: hash.slice(0, 12), cause });
  }
  return { sdl, contract, schema, apiSdl: printSchema(schema), operations, retire: () => planner.close() };
}
