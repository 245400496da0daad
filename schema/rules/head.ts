import { type ASTNode, type DocumentNode, Kind, parse, print, valueFromASTUntyped, visit } from 'graphql';
import { SDL_HEADER } from '../directives.ts';
import type { Fault } from '../fault.ts';
import type { Graph } from '../graph.ts';
import type { Sdl } from '../sdl.ts';

/** A namesake would have the other's rights: `clients` may lead to a client, an agency may not. */
export function* theNameIsFree(sdl: Sdl, { subgraphs }: Graph): Iterable<Fault> {
  if (subgraphs.find(({ name }) => name === sdl.name) === sdl) return;
  yield { code: 'SUBGRAPH_TWICE', subgraph: sdl.name, coordinate: '-', message: 'another subgraph has the name.' };
}

/**
 * Every subgraph begins as `SDL_HEADER` does, or imports less of the federation directives.
 *
 * The gateway and the subgraphs read `@category` by name from the supergraph: under another name, with another definition or
 * without `@composeDirective` it would be lost on the way, without a word from Apollo.
 */
export function* theHeadIsOurs({ name, document }: Sdl): Iterable<Fault> {
  const head = readHead(document);
  const problems = new Map<string, string>();
  for (const { url, as, imports } of head.links) {
    const ours = OURS.links.find((link) => link.url === url);
    if (ours === undefined) problems.set('@link', `${url} is no specification of the contract`);
    else if (as !== undefined) problems.set('@link', `${url} is linked as ${as}`);
    for (const { directive, as } of imports) {
      if (as !== directive) problems.set(directive, `it is imported as ${as}`);
      else if (!ours?.imports.some((each) => each.directive === directive)) {
        problems.set(directive, 'the contract does not know the directive');
      }
    }
  }
  for (const { url, imports } of OURS.links) {
    const link = head.links.find((link) => link.url === url);
    if (link === undefined && !problems.has('@link')) problems.set('@link', `${url} is not linked`);
    for (const { directive } of imports) {
      if (!OURS.composed.includes(directive) || problems.has(directive)) continue;
      if (!link?.imports.some((each) => each.directive === directive)) problems.set(directive, 'it is not imported');
      else if (!head.composed.includes(directive)) problems.set(directive, 'it is not composed into the supergraph');
      else if (head.definitions.get(directive) !== OURS.definitions.get(directive)) {
        problems.set(directive, 'its definition is not that of the contract');
      }
    }
  }
  for (const [coordinate, problem] of problems) {
    const message = `${problem}: begin the SDL with SDL_HEADER of schema/directives.ts.`;
    yield { code: 'HEAD_DIFFERS', subgraph: name, coordinate, message };
  }
}

/** `@federation__override` and its like work without an import; the rules read the imported names. */
export function* everyDirectiveIsImported({ name, document }: Sdl): Iterable<Fault> {
  const faults: Fault[] = [];
  visit(document, {
    Directive(node, _key, _parent, _path, ancestors) {
      if (!node.name.value.includes('__')) return;
      faults.push({
        code: 'DIRECTIVE_NOT_IMPORTED',
        subgraph: name,
        coordinate: coordinateOf(ancestors),
        message: `@${node.name.value} is used past the head: use the directives that SDL_HEADER imports, by their own names.`,
      });
    },
  });
  yield* faults;
}

interface Head {
  readonly links: readonly Link[];
  readonly composed: readonly string[];
  /** `@directive` → its definition, without its description. */
  readonly definitions: ReadonlyMap<string, string>;
}

interface Link {
  readonly url: string;
  readonly as?: string;
  readonly imports: readonly { readonly directive: string; readonly as: string }[];
}

const OURS = readHead(parse(SDL_HEADER));

function readHead({ definitions }: DocumentNode): Head {
  const applied = definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
  );
  const argumentsOf = (directive: string) =>
    applied
      .filter(({ name }) => name.value === directive)
      .map((node) =>
        Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)])),
      );
  return {
    links: argumentsOf('link').map(readLink),
    composed: argumentsOf('composeDirective').map(({ name }) => String(name)),
    definitions: new Map(
      definitions.flatMap((node) => {
        if (node.kind !== Kind.DIRECTIVE_DEFINITION) return [];
        const { description: _, ...definition } = node;
        return [[`@${node.name.value}`, print(definition)] as const];
      }),
    ),
  };
}

function readLink(link: Readonly<Record<string, unknown>>): Link {
  const imports = Array.isArray(link.import) ? (link.import as unknown[]) : [];
  return {
    url: String(link.url),
    ...(typeof link.as === 'string' ? { as: link.as } : {}),
    imports: imports.map((each) => {
      if (typeof each === 'string') return { directive: each, as: each };
      const { name, as } = each as { readonly name?: unknown; readonly as?: unknown };
      return { directive: String(name), as: String(as ?? name) };
    }),
  };
}

/** `Type` or `Type.field` of the definitions around a node. */
function coordinateOf(ancestors: readonly (ASTNode | readonly ASTNode[])[]): string {
  const names = ancestors.flatMap((node) => ('kind' in node && 'name' in node && node.name ? [node.name.value] : []));
  return names.slice(0, 2).join('.') || '-';
}
