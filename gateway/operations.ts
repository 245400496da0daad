import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import type { CategoryName } from '../schema/categories.ts';
import { askedCategories } from './asked.ts';
import type { Contract } from './contract.ts';
import { type CompiledOperation, type CompiledPart, type CompiledParts, compileOperation } from './execute/compile.ts';
import { byConditions, withoutLeftOut } from './execute/conditions.ts';
import { refuseTakenNames } from './names.ts';
import { compileRoots, type ReadRoots } from './plan.ts';
import type { Planner } from './planner.ts';

/** One operation of a document, planned and compiled: the same for everybody. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly compiled: CompiledOperation;
  readonly readRoots: ReadRoots;
  /** Where some of it may come later (`@defer`); null where all comes at once. */
  readonly parts: PreparedParts | null;
}

export interface PreparedParts {
  readonly first: CompiledParts['first'];
  readonly readRoots: ReadRoots;
  readonly later: readonly PreparedPart[];
}

export interface PreparedPart extends CompiledPart {
  /** The response key of the root field that it is below, and what it asks of its clients. */
  readonly rootKey: string;
  readonly asked: (variables: Readonly<Record<string, unknown>>) => readonly CategoryName[];
}

/** A document as it is asked for. */
export interface Asked {
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
  readonly operationName: string | null;
}

/** A document that has been parsed and validated against the schema. */
export interface Validated {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Operations kept; which was not asked for the longest goes first. */
const KEPT = 2_000;

/** The operations of one version of the supergraph: each is validated, planned and compiled once. */
export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #contract: Contract;
  readonly #planner: Planner;
  readonly #kept: number;
  readonly #ready = new Map<string, PreparedOperation>();
  readonly #underWay = new Map<string, Promise<PreparedOperation>>();

  constructor(schema: GraphQLSchema, contract: Contract, planner: Planner, kept = KEPT) {
    this.#schema = schema;
    this.#contract = contract;
    this.#planner = planner;
    this.#kept = kept;
  }

  /** What has been prepared; undefined: the document must be validated first. */
  ready(asked: Asked): PreparedOperation | undefined {
    const key = keyOf(asked);
    const prepared = this.#ready.get(key);
    if (prepared === undefined) return undefined;
    this.#ready.delete(key);
    this.#ready.set(key, prepared);
    return prepared;
  }

  /** Plans and compiles a validated operation, once for all that ask at the same time. Throws `HubError` of the planner and of the compiler. */
  async prepare(asked: Asked, validated: Validated): Promise<PreparedOperation> {
    const key = keyOf(asked);
    const before = this.#ready.get(key) ?? this.#underWay.get(key);
    if (before !== undefined) return before;
    const preparing = this.#prepare(validated).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, preparing);
    const prepared = await preparing;
    if (this.#ready.size >= this.#kept) this.#ready.delete(this.#ready.keys().next().value as string);
    this.#ready.set(key, prepared);
    return prepared;
  }

  /** Prepares the only operation of a document that nobody has asked for yet; false when it does not fit the schema. */
  async warm(asked: Asked, text: string): Promise<boolean> {
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document, asked.operationName);
    if (operation == null) return false;
    if (validate(this.#schema, document, [...specifiedRules, refuseTakenNames]).length > 0) return false;
    const prepared = await this.prepare(asked, { document, operation });
    // A caller may name the operation, or not.
    const { name } = operation;
    if (name !== undefined) this.#ready.set(keyOf({ ...asked, operationName: name.value }), prepared);
    return true;
  }

  async #prepare({ document, operation }: Validated): Promise<PreparedOperation> {
    // White space and comments make no other document of one that the planner has refused.
    const plan = await this.#planner.plan(print(withoutLeftOut(document)), operation.name?.value ?? null);
    const compilation = { plan, document, operation, schema: this.#schema, contract: this.#contract };
    const compiled = compileOperation(compilation);
    return { operation, compiled, readRoots: compileRoots(compilation), parts: this.#parts(compiled, document) };
  }

  #parts({ parts }: CompiledOperation, document: DocumentNode): PreparedParts | null {
    if (parts === null) return null;
    const { first, later } = parts;
    const world = { schema: this.#schema, contract: this.#contract };
    return {
      first,
      readRoots: compileRoots({ ...first, ...world }),
      later: later.map((part) => ({
        ...part,
        rootKey: part.path[0] ?? '',
        asked: byConditions([document], (conditions) =>
          askedCategories(part.selectionSet, part.type.name, document, conditions, this.#contract),
        ),
      })),
    };
  }
}

function keyOf({ hash, operationName }: Asked): string {
  return `${hash} ${operationName ?? ''}`;
}
