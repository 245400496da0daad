import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, readArgs } from '../command.ts';
import { Failure } from '../failure.ts';
import { note, print } from '../terminal.ts';

export const command: Command = {
  summary: 'compose the subgraphs into schema/supergraph.graphql',
  help: `
Usage: nivel compose [--check] [--json]

Writes each subgraph's SDL to schema/subgraphs/NAME.graphql and the supergraph to schema/supergraph.graphql, after the
contract's rules have passed.

  --check  write nothing; fail when a committed file is stale, naming it
  --json   print {"stale": […], "faults": […]} instead of lines
`,
  async run(args) {
    const { values } = readArgs('compose', args, {
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const composed = await compose();
    if ('faults' in composed) {
      if (values.json) print(JSON.stringify({ stale: [], faults: composed.faults }));
      for (const { code, subgraph, coordinate, message } of composed.faults) {
        note(`${code} ${subgraph} ${coordinate}: ${message}`);
      }
      throw new Failure('COMPOSITION_FAILED', `the subgraphs do not compose; faults: ${composed.faults.length}`);
    }
    const stale = await findStale(composed.files);
    if (values.json) print(JSON.stringify({ stale: stale.map(({ path }) => path), faults: [] }));
    if (values.check) {
      if (stale.length === 0) return 0;
      const names = stale.map(({ path }) => path).join(', ');
      throw new Failure('SCHEMA_STALE', `out of date: ${names}; run nivel compose and commit the result`);
    }
    await Promise.all(stale.map(write));
    if (!values.json)
      print(stale.length === 0 ? 'Nothing changed' : `Wrote ${stale.map(({ path }) => path).join(', ')}`);
    return 0;
  },
};

interface ComposedFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

interface Fault {
  readonly code: string;
  readonly subgraph: string;
  readonly coordinate: string;
  readonly message: string;
}

async function compose(): Promise<{ files: ComposedFile[] } | { faults: readonly Fault[] }> {
  const { composeSupergraph, CompositionError } = await import('../../schema/compose.ts');
  const { buildSubgraph } = await import('../../subgraphs/define.ts');
  const { loadDefinitions } = await import('../subgraphs.ts');
  const built = await Promise.all(
    (await loadDefinitions()).map(async (definition) => ({
      name: definition.name,
      // Only a name: the gateway takes each subgraph's address from its settings.
      url: `http://${definition.name}/graphql`,
      sdl: (await buildSubgraph(definition)).sdl,
    })),
  );
  try {
    const supergraph = composeSupergraph(built);
    const subgraphs = built.map(({ name, sdl }) => ({ path: `schema/subgraphs/${name}.graphql`, text: sdl }));
    return { files: [...subgraphs, { path: 'schema/supergraph.graphql', text: supergraph }] };
  } catch (error) {
    if (error instanceof CompositionError) return { faults: error.faults };
    throw error;
  }
}

async function findStale(files: readonly ComposedFile[]): Promise<ComposedFile[]> {
  const compared = await Promise.all(
    files.map(async (file) => {
      const committed = await readFile(absolute(file.path), 'utf8').catch(() => undefined);
      return committed?.replaceAll('\r\n', '\n') === file.text ? [] : [file];
    }),
  );
  return compared.flat();
}

async function write({ path, text }: ComposedFile): Promise<void> {
  await mkdir(dirname(absolute(path)), { recursive: true });
  await writeFile(absolute(path), text);
}

function absolute(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
