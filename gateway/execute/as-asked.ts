import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLNullableType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { EntityFetch, Node, Path } from './nodes.ts';
import { responseKey } from './prune.ts';
import {
  BOOLEAN,
  FLOAT,
  INT,
  listOf,
  nullable,
  objectOf,
  oneOf,
  type Pattern,
  type Scan,
  scanList,
  scanObject,
  TEXT,
} from './scan.ts';
import { collectFields, type ShapeOptions, setsBelow } from './shape.ts';

/** By response key, how the values that an entity fetch gives are told to be as they were asked. */
export type ScansOf = (fetch: EntityFetch) => ReadonlyMap<string, Scan>;

type Asked = Omit<ShapeOptions, 'introspect'>;

/** Nothing is left as it came. */
export const NO_SCANS: ScansOf = () => NONE;
const NONE: ReadonlyMap<string, Scan> = new Map();

/** Compiles the scans of the fetches of a plan, each when it is first run. */
export function compileScans(plan: Node, asked: Asked): ScansOf {
  const mentions = mentionsIn(plan);
  const made = new Map<EntityFetch, ReadonlyMap<string, Scan>>();
  return (fetch) => {
    let scans = made.get(fetch);
    if (scans === undefined) {
      const isFree = (key: string): boolean => mentions.get(placed(key, fetch.path)) === 1 && !mentions.has(key);
      scans = isPlain(fetch) ? scansAt(fetch.path, asked, isFree) : NONE;
      made.set(fetch, scans);
    }
    return scans;
  };
}

/** A fetch of clients that is read as it is written. */
function isPlain({ parts, outputRewrites, renamed }: EntityFetch): boolean {
  return parts.length === 1 && parts[0]?.type === 'Client' && outputRewrites.length === 0 && renamed.length === 0;
}

/** A name below one field of the root: what stands below another is no concern of who reads or writes there. */
function placed(name: string, [root = '']: Path): string {
  return `${root} ${name}`;
}

/**
 * In how many fetches of a plan a name stands, wherever below the same field of the root: whose name stands in one alone, nobody else adds
 * to or looks into. Arguments may be taken from anywhere above, and so their names stand by themselves.
 */
function mentionsIn(plan: Node): ReadonlyMap<string, number> {
  const mentions = new Map<string, number>();
  const mention = (names: Iterable<string>): void => {
    for (const name of new Set(names)) mentions.set(name, (mentions.get(name) ?? 0) + 1);
  };
  const walk = (node: Node | null): void => {
    switch (node?.kind) {
      case 'sequence':
      case 'parallel':
        node.nodes.forEach(walk);
        break;
      case 'condition':
        walk(node.whenTrue);
        walk(node.whenFalse);
        break;
      case 'roots':
        mention(
          node.fields.flatMap(({ key, occurrences }) => {
            const path = [...node.path, key];
            return [...path, ...occurrences.flatMap((each) => namesOf(each.node))].map((name) => placed(name, path));
          }),
        );
        break;
      case 'entities':
        for (const { path, parts, requires, renamed, context } of node.fetches) {
          const asked = parts.flatMap(({ selectionSet }) => namesIn(selectionSet));
          mention([...path, ...requires, ...renamed, ...asked].map((name) => placed(name, path)));
          mention(context.flatMap((each) => each.path));
        }
    }
  };
  walk(plan);
  return mentions;
}

function namesIn(set: SelectionSetNode | undefined): string[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return namesOf(selection);
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
  });
}

function namesOf(field: FieldNode): string[] {
  return [responseKey(field), field.name.value, ...namesIn(field.selectionSet)];
}

/** The scans of the objects and lists of objects below the object at a path, for the keys that `isFree` takes. */
function scansAt(path: Path, asked: Asked, isFree: (key: string) => boolean): ReadonlyMap<string, Scan> {
  let type: GraphQLCompositeType | undefined = isObjectType(asked.root) ? asked.root : undefined;
  let sets: readonly SelectionSetNode[] = [asked.selectionSet];
  for (const step of path) {
    if (step === '@') continue;
    const nodes: readonly FieldNode[] = type === undefined ? [] : (collectFields(type, sets, asked).get(step) ?? []);
    const below: GraphQLOutputType | undefined = isObjectType(type)
      ? type.getFields()[nodes[0]?.name.value ?? '']?.type
      : undefined;
    const named: GraphQLNamedType | undefined = below && getNamedType(below);
    type = isObjectType(named) ? named : undefined;
    sets = setsBelow(nodes);
  }
  const scans = new Map<string, Scan>();
  if (!isObjectType(type)) return scans;
  for (const [key, nodes] of collectFields(type, sets, asked)) {
    const field = type.getFields()[nodes[0]?.name.value ?? ''];
    if (field === undefined || !isFree(key) || !isCompositeType(getNamedType(field.type))) continue;
    const scan = scanOf(field.type, setsBelow(nodes), asked);
    if (scan !== null) scans.set(key, scan);
  }
  return scans;
}

/** Longer ones V8 would not make fast. */
const LONGEST = 16_384;

/** The scan of a value that is not null; null where none can be. */
function scanOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[], asked: Asked): Scan | null {
  const present = getNullableType(type);
  const [scan, pattern] = isListType(present)
    ? [scanList, patternOf(present.ofType, sets, asked)]
    : [scanObject, patternOfPresent(present, sets, asked)];
  return pattern === null || pattern.length > LONGEST ? null : scan(pattern);
}

/** The pattern of a value of a type; null where it depends on the value which type it is. */
function patternOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[], asked: Asked): Pattern | null {
  const pattern = patternOfPresent(getNullableType(type), sets, asked);
  return pattern === null || isNonNullType(type) ? pattern : nullable(pattern);
}

function patternOfPresent(type: GraphQLNullableType, sets: readonly SelectionSetNode[], asked: Asked): Pattern | null {
  if (isListType(type)) {
    const member = patternOf(type.ofType as GraphQLOutputType, sets, asked);
    return member && listOf(member);
  }
  if (isScalarType(type)) return patternOfScalar(type);
  if (isEnumType(type)) return oneOf(type.getValues().map(({ name }) => name));
  if (!isObjectType(type)) return null;
  const members: (readonly [string, Pattern])[] = [];
  for (const [key, nodes] of collectFields(type, sets, asked)) {
    const name = nodes[0]?.name.value ?? '';
    const field = type.getFields()[name];
    const pattern =
      name === '__typename' ? oneOf([type.name]) : field && patternOf(field.type, setsBelow(nodes), asked);
    if (!pattern) return null;
    members.push([key, pattern]);
  }
  return objectOf(members);
}

function patternOfScalar(type: GraphQLScalarType): Pattern {
  if (!isSpecifiedScalarType(type) || type.name === 'ID') return `(?:${TEXT}|${INT})`;
  if (type.name === 'Int') return INT;
  if (type.name === 'Float') return FLOAT;
  return type.name === 'Boolean' ? BOOLEAN : TEXT;
}
