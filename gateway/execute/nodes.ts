import type { DirectiveNode, FieldNode, SelectionSetNode, VariableDefinitionNode } from 'graphql';
import type { CategoryName } from '../../schema/categories.ts';
import type { Project } from './project.ts';
import type { Pruned } from './prune.ts';
import type { Rewrite } from './rewrite.ts';

/** A path of the answer: response keys, and `@` for every member of a list. */
export type Path = readonly string[];

/** A node of a compiled plan. */
export type Node = Several | Condition | RootFetch | EntityBatch;

/** Nodes that run one after the other, or at the same time. */
export interface Several {
  readonly kind: 'sequence' | 'parallel';
  readonly nodes: readonly Node[];
}

export interface Condition {
  readonly kind: 'condition';
  readonly variable: string;
  readonly whenTrue: Node | null;
  readonly whenFalse: Node | null;
}

/** A fetch of root fields: its answer is merged into every object at `path`. */
export interface RootFetch {
  readonly kind: 'roots';
  readonly agency: string;
  readonly path: Path;
  readonly operation: 'query' | 'mutation';
  readonly variables: readonly VariableDefinitionNode[];
  readonly fields: readonly RootField[];
  readonly rewrites: readonly Rewrite[];
  /** Printed, by which fields are asked and what is permitted of the clients that they lead to. */
  readonly documents: Map<string, Printed>;
}

/** One response key of a root fetch. */
export interface RootField {
  readonly key: string;
  /** Every time that the fetch names it: with conditions of its own, perhaps, and other selections. */
  readonly occurrences: readonly Occurrence[];
  /** Whether it leads to one client. */
  readonly isClient: boolean;
  /** Where clients are below it, asked for their ids: paths that begin with its own key. */
  readonly several: readonly Path[];
  /** As these (coerced) variables make it; null where its conditions leave it out. */
  readonly variant: (variables: Readonly<Record<string, unknown>>) => RootVariant | null;
}

export interface Occurrence {
  readonly node: FieldNode;
  /** `@skip` and `@include` on it and around it. */
  readonly conditions: readonly DirectiveNode[];
}

/** A root field as some values of the conditions make it: none is left in it. */
export interface RootVariant {
  /** Tells it from the field's other variants. */
  readonly id: string;
  readonly node: FieldNode;
  /** What is asked of the one client that it leads to. */
  readonly client: EntityType | undefined;
  /** Response keys of its id and of its type name. */
  readonly ids: readonly string[];
  readonly typenames: readonly string[];
}

/** Entity fetches to one agency that travel together. */
export interface EntityBatch {
  readonly kind: 'entities';
  readonly agency: string;
  readonly fetches: readonly EntityFetch[];
  /** Printed, by what is asked of each type in each fetch. */
  readonly documents: Map<string, Printed>;
}

/** One entity fetch: what is required of the objects at `path`, and what is asked of each type. */
export interface EntityFetch {
  readonly path: Path;
  readonly project: Project;
  /** With all their conditions. */
  readonly parts: readonly EntityPart[];
  /** What these (coerced) variables leave in it. */
  readonly variant: (variables: Readonly<Record<string, unknown>>) => EntityVariant;
  readonly variables: readonly VariableDefinitionNode[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
  /** Names of the fields that are required, at any depth. */
  readonly requires: readonly string[];
  /** Keys that output rewrites give. */
  readonly renamed: readonly string[];
  readonly context: readonly ContextArgument[];
  /** Fetches of one text find the same entities, in the same data. */
  readonly finds: string;
  /** Whether an object's type and id are all that is required of it. */
  readonly byIdAlone: boolean;
}

/** What some values of the conditions leave in an entity fetch: none is left in it. */
export interface EntityVariant {
  /** Tells it from the fetch's other variants. */
  readonly id: string;
  readonly parts: readonly EntityPart[];
  /** What is asked of an object of a type, made when first met. */
  readonly types: Map<string, EntityType>;
}

/** What is asked of entities that are of `type`, or in it. */
export interface EntityPart {
  readonly type: string;
  readonly selectionSet: SelectionSetNode;
}

/** What is asked of objects of one type. */
export interface EntityType {
  readonly name: string;
  readonly isClient: boolean;
  readonly parts: readonly EntityPart[];
  /** Categories that its fields need, each once. */
  readonly needed: readonly CategoryName[];
  /** By permitted categories. */
  readonly pruned: Map<string, Pruned>;
}

/** A variable that takes its value from data above the entity (`@fromContext`). */
export interface ContextArgument {
  readonly variable: string;
  /** `..` up to the object that holds it, then response keys and `... on Type` down. */
  readonly path: Path;
}

/** A document as an agency gets it. */
export interface Printed {
  readonly text: string;
  /** Names of the caller's variables in it. */
  readonly variables: readonly string[];
}
