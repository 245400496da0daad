import {
  type FieldNode,
  Kind,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
} from 'graphql';
import type { Group } from './entities.ts';
import type { Printed, RootFetch } from './nodes.ts';
import { setOf, variablesIn } from './prune.ts';

/** `query($r0:… $r1:…){g0:_entities(representations:$r0){…} g1:…}` */
export function printEntities(groups: readonly Pick<Group, 'fetch' | 'pruned'>[]): Printed {
  const definitions = new Map<string, VariableDefinitionNode>();
  const own: string[] = [];
  const fields = groups.map(({ fetch, pruned }, index) => {
    own.push(`$r${index}:[_Any!]!`);
    const fromAbove = new Set(fetch.context.map(({ variable }) => variable));
    let { text } = pruned;
    for (const definition of fetch.variables) {
      const name = definition.variable.name.value;
      if (!pruned.variables.includes(name)) continue;
      if (!fromAbove.has(name)) {
        definitions.set(name, definition);
        continue;
      }
      // Each group has values of its own.
      own.push(`$${name}_${index}:${print(definition.type)}`);
      text = text.replaceAll(new RegExp(`\\$${name}(?!\\w)`, 'g'), `$${name}_${index}`);
    }
    return `g${index}:_entities(representations:$r${index}){${text}}`;
  });
  const passedOn = [...definitions.values()].map((definition) => print(definition));
  return {
    text: `query(${[...own, ...passedOn].join(' ')}){${fields.join(' ')}}`,
    variables: [...definitions.keys()],
  };
}

/** A root fetch of some of its fields, as they may be asked. */
export function printRoots(
  { operation, variables }: Pick<RootFetch, 'operation' | 'variables'>,
  fields: readonly FieldNode[],
): Printed {
  const selectionSet = setOf(fields);
  const used = variablesIn(selectionSet);
  return {
    text: stripIgnoredCharacters(
      print({
        kind: Kind.OPERATION_DEFINITION,
        operation: operation === 'mutation' ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
        variableDefinitions: variables.filter(({ variable }) => used.includes(variable.name.value)),
        selectionSet,
      }),
    ),
    variables: used,
  };
}
