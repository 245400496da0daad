import { createHash } from 'node:crypto';
import { type DocumentNode, GraphQLError, Kind, parse, type SelectionSetNode } from 'graphql';
import type { Role } from '../schema/purposes.ts';
import { type ErrorCode, HubError } from './errors.ts';
import { kept } from './kept.ts';
import type { TrustedDocuments } from './trusted.ts';

/** What may come in before anything is validated or planned; each has its own code in `errors.ts`. */
export const LIMITS = {
  bodyBytes: 100_000,
  tokens: 2_000,
  depth: 15,
  aliases: 30,
  directives: 50,
  /** Fields once all fragments are spread. */
  fields: 20_000,
  variableDepth: 20,
} as const;

export interface Admitted {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** SHA-256 of the document, hexadecimal: names it in the log. */
  readonly documentHash: string;
}

export interface AdmitOptions {
  readonly trusted: TrustedDocuments;
  /** Roles that may send documents of their own; the others send trusted documents. */
  readonly freeForm: ReadonlySet<Role>;
}

/**
 * Step 2: lets a body in when it is one operation within the limits, and trusted or from a caller who may write their own.
 *
 * Throws `HubError`; no message repeats anything of the body.
 */
export function admit(body: unknown, roles: readonly Role[], options: AdmitOptions): Admitted {
  if (Array.isArray(body)) throw new HubError('BATCH_REFUSED');
  if (!isRecord(body)) throw new HubError('BODY_MALFORMED');
  const { query, documentId, operationName = null, variables } = body;
  if (operationName !== null && typeof operationName !== 'string') throw new HubError('BODY_MALFORMED');
  if (variables !== undefined && variables !== null && !isRecord(variables)) throw new HubError('BODY_MALFORMED');
  checkNesting(body);
  const text = documentText(query, documentId, options.trusted);
  const documentHash = hashOf(text);
  if (!options.trusted.has(documentHash) && !roles.some((role) => options.freeForm.has(role))) {
    throw new HubError('DOCUMENT_NOT_TRUSTED');
  }
  checkDocument(text, documentHash);
  return { query: text, operationName, variables: variables ?? {}, documentHash };
}

function documentText(query: unknown, documentId: unknown, trusted: TrustedDocuments): string {
  if (typeof query === 'string' && documentId === undefined) return query;
  if (typeof documentId !== 'string' || query !== undefined) throw new HubError('BODY_MALFORMED');
  const text = trusted.get(documentId.replace(/^sha256:/, ''));
  if (text === undefined) throw new HubError('DOCUMENT_UNKNOWN');
  return text;
}

/** Of texts that were admitted; bounded, oldest out first. */
const hashes = new Map<string, string>();

function hashOf(text: string): string {
  return kept(hashes, KEPT, text, () => createHash('sha256').update(text).digest('hex'));
}

const KEPT = 2_000;

/** Documents by hash: null for an admitted one, else the code it is refused with; bounded, oldest out first. */
const verdicts = new Map<string, ErrorCode | null>();

function checkDocument(text: string, hash: string): void {
  const verdict = kept(verdicts, KEPT, hash, () => judge(text));
  if (verdict !== null) throw new HubError(verdict);
}

function judge(text: string): ErrorCode | null {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: LIMITS.tokens, noLocation: true });
  } catch (error) {
    return error instanceof GraphQLError && error.message.includes('Document contains more')
      ? 'DOCUMENT_TOO_LONG'
      : 'DOCUMENT_MALFORMED';
  }
  return measure(document);
}

interface Size {
  readonly depth: number;
  readonly fields: number;
}

/** Depth and fields with fragments spread, each fragment measured once, so that a fragment bomb costs its text only. */
function measure(document: DocumentNode): ErrorCode | null {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const measured = new Map<string, Size | 'open'>();
  let aliases = 0;
  let directives = 0;

  const ofFragment = (name: string): Size => {
    const before = measured.get(name);
    if (before === 'open') throw new HubError('DOCUMENT_CYCLIC');
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    if (fragment === undefined) return { depth: 0, fields: 0 };
    measured.set(name, 'open');
    const size = ofSelections(fragment.selectionSet);
    measured.set(name, size);
    return size;
  };
  const ofSelections = (set: SelectionSetNode | undefined): Size => {
    let depth = 0;
    let fields = 0;
    for (const selection of set?.selections ?? []) {
      directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        if (selection.alias !== undefined) aliases += 1;
        const below = ofSelections(selection.selectionSet);
        depth = Math.max(depth, 1 + below.depth);
        fields += 1 + below.fields;
      } else {
        const below =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSelections(selection.selectionSet);
        depth = Math.max(depth, below.depth);
        fields += below.fields;
      }
    }
    return { depth, fields };
  };

  try {
    for (const node of document.definitions) {
      if (node.kind !== Kind.FRAGMENT_DEFINITION && node.kind !== Kind.OPERATION_DEFINITION) continue;
      directives += node.directives?.length ?? 0;
      for (const variable of node.variableDefinitions ?? []) directives += variable.directives?.length ?? 0;
      if (node.kind === Kind.FRAGMENT_DEFINITION) {
        ofFragment(node.name.value);
        continue;
      }
      if (node.operation === 'subscription') return 'SUBSCRIPTION_REFUSED';
      const size = ofSelections(node.selectionSet);
      if (size.depth > LIMITS.depth && !isIntrospection(node.selectionSet)) return 'DOCUMENT_TOO_DEEP';
      if (size.fields > LIMITS.fields) return 'DOCUMENT_TOO_COSTLY';
      if (node.operation === 'mutation' && !isOneField(node.selectionSet)) return 'MUTATION_NOT_ALONE';
    }
  } catch (error) {
    if (error instanceof HubError) return error.code;
    throw error;
  }
  if (aliases > LIMITS.aliases) return 'DOCUMENT_TOO_MANY_ALIASES';
  return directives > LIMITS.directives ? 'DOCUMENT_TOO_MANY_DIRECTIVES' : null;
}

/** No fragment either: several fields would fit into it. */
function isOneField({ selections }: SelectionSetNode): boolean {
  return selections.length === 1 && selections[0]?.kind === Kind.FIELD;
}

/** Tools' introspection query nests `ofType` deeper than any data does; it reaches no data. Validation bounds its circles. */
function isIntrospection(set: SelectionSetNode): boolean {
  return set.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'));
}

/** No recursion: the body may be nested as deep as its size allows. */
function checkNesting(body: Record<string, unknown>): void {
  const queue: { readonly value: object; readonly depth: number }[] = [{ value: body, depth: 0 }];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at.depth > LIMITS.variableDepth) throw new HubError('BODY_TOO_DEEP');
    if (Object.hasOwn(at.value, '__proto__')) throw new HubError('BODY_TOO_DEEP');
    for (const value of Object.values(at.value)) {
      if (typeof value === 'object' && value !== null) queue.push({ value, depth: at.depth + 1 });
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
