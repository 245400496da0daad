import { readFileSync } from 'node:fs';
import { type FieldNode, Kind, parse, print } from 'graphql';
import { AGENCIES_OF_HUB, agenciesUpTo } from './agencies.ts';
import { clientId } from './people.ts';

/** One operation that every gateway is asked, and how to ask it of one client after another. */
export interface BenchOperation {
  readonly clients: number;
  /** Agencies that it reaches beside the hub's own subgraphs. */
  readonly agencies: number;
  readonly text: string;
  /** What each subgraph is asked of a client, as a selection without its braces; `clients` first. */
  readonly parts: readonly { readonly subgraph: string; readonly selection: string }[];
  /** Clients a page; null for the operation on one client. */
  readonly page: number | null;
  variables(turn: number): Readonly<Record<string, unknown>>;
}

/** The hub's own limit on a page. */
export const PAGE = 100;

/** How many different clients, or case-loads that begin with them, are asked in turn. */
export const CLIENTS_IN_TURN = 100;

const PURPOSE = 'SERVICE_COORDINATION';

/**
 * The unified view of one client (`gateway/operations/1-unified-view.graphql`), or the same fields of a case-load.
 *
 * More than 100 clients are pages of 100 in one operation. Fewer agencies than the hub has: the fields of the others are left out. More:
 * a further field of each.
 */
export function operationOf(clients: number, agencies: number): BenchOperation {
  const fields = unifiedView();
  const isOfAgency = ({ name }: FieldNode): boolean =>
    agenciesUpTo(AGENCIES_OF_HUB).some(({ field }) => field === name.value);
  const parts = [
    { subgraph: 'clients', selection: printed(fields.filter((field) => !isOfAgency(field))) },
    ...agenciesUpTo(agencies).map(({ subgraph, field, selection }) => ({
      subgraph,
      selection:
        selection === undefined
          ? printed(fields.filter(({ name }) => name.value === field))
          : `${field} { ${selection} }`,
    })),
  ];
  const selection = parts.map((part) => part.selection).join(' ');
  if (clients === 1) {
    const text = `query UnifiedView($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { ${selection} } }`;
    const variables = (turn: number) => ({ id: clientId(turn % CLIENTS_IN_TURN), purpose: PURPOSE });
    return { clients, agencies, text: print(parse(text)), parts, page: null, variables };
  }
  const page = Math.min(clients, PAGE);
  const pages = Array.from({ length: clients / page }, (_, at) => at);
  const asked = pages.map(
    (at) => `page${at}: caseload(purpose: $purpose, first: $first, after: $after${at}) { ...Page }`,
  );
  const text = `query Caseload($purpose: Purpose!, $first: Int!, ${pages.map((at) => `$after${at}: String`).join(', ')}) {
    ${asked.join('\n')}
  }
  fragment Page on CaseloadConnection { edges { node { ${selection} } } }`;
  // Every turn another case-load, as of another caller: a gateway may share what it fetches for equal requests under way.
  const variables = (turn: number) => {
    const from = turn % CLIENTS_IN_TURN;
    const cursors = pages.map((at) => [`after${at}`, String(from + at * page)]);
    return { purpose: PURPOSE, first: page, ...Object.fromEntries(cursors) };
  };
  return { clients, agencies, text: print(parse(text)), parts, page, variables };
}

/** What a caller posts: the same to every server. */
export function requestBody(operation: BenchOperation, turn: number): string {
  return JSON.stringify({ query: operation.text, variables: operation.variables(turn) });
}

function unifiedView(): readonly FieldNode[] {
  const file = new URL('../../gateway/operations/1-unified-view.graphql', import.meta.url);
  const [operation] = parse(readFileSync(file, 'utf8')).definitions;
  const [root] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  const fields = root?.kind === Kind.FIELD ? (root.selectionSet?.selections ?? []) : [];
  return fields.filter((field): field is FieldNode => field.kind === Kind.FIELD);
}

function printed(fields: readonly FieldNode[]): string {
  return fields.map((field) => print(field)).join(' ');
}
