import { createTokenVerifier } from '../../auth/verify.ts';
import { createHub, type HubOptions } from '../../gateway/server.ts';
import { SUBGRAPHS, type SubgraphName } from '../../schema/subgraphs.ts';
import { EXTRA_AGENCIES } from './agencies.ts';
import { serveChild } from './child.ts';
import type { Addresses } from './subgraphs.ts';

export interface BenchHubOptions {
  readonly agencies: Addresses;
  /** Hexadecimal, one for all agencies: they do not look at it. */
  readonly passKey: string;
  /** Of the role `nivel_gateway`. */
  readonly databaseUrl: string;
  readonly supergraphFile: string;
  readonly operationsFolder: string;
  readonly tokens: { readonly issuer: string; readonly jwksUri: string; readonly audience: string };
}

/** The hub as `nivel start gateway` makes it, in production mode. */
serveChild<BenchHubOptions, { url: string }>(async ({ agencies, passKey, tokens, ...options }) => {
  // In this process alone the hub's table of its subgraphs holds agencies that it does not have.
  for (const { subgraph, from } of EXTRA_AGENCIES)
    if (Object.hasOwn(agencies, subgraph)) Object.assign(SUBGRAPHS, { [subgraph]: SUBGRAPHS[from] });
  const given: HubOptions = {
    ...options,
    host: '127.0.0.1',
    port: 0,
    mode: 'production',
    name: 'bench',
    verifier: createTokenVerifier(tokens),
    agencies: new Map(
      Object.entries(agencies).map(([name, url]) => [
        name as SubgraphName,
        { url, passKey: Buffer.from(passKey, 'hex') },
      ]),
    ),
    explorer: { issuer: tokens.issuer, clientId: 'nivel-explorer' },
    log(line) {
      if (line.level === 'error' || line.level === 'warn') console.error(JSON.stringify(line));
    },
  };
  const { url } = await createHub(given);
  return { url: `${url}/graphql` };
});
