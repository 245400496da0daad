// Mercurius, stock or (argument `jit`) with compiled queries. It reads federation 1: it gets the subgraphs' own SDL, reduced to that and to
// the fields that the operations ask.
import mercuriusGateway from '@mercuriusjs/gateway';
import fastify from 'fastify';
import { buildSchema, Kind, parse, print, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { serveChild } from './child.mjs';

serveChild(async ({ agencies, supergraphSdl, subgraphSdl, operations }) => {
  const used = fieldsIn(operations, buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true }));
  const services = Object.entries(agencies)
    .map(([name, url]) => ({
      name,
      url,
      schema: reduce(subgraphSdl[name], used, name === 'clients'),
      mandatory: true,
      connections: 32,
    }))
    .filter(({ schema }) => schema !== null);
  const app = fastify({ logger: false });
  app.register(mercuriusGateway, { ...(process.argv[2] === 'jit' ? { jit: 1 } : {}), gateway: { services } });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return `${address}/graphql`;
});

/** `Type.field` of every field that the operations ask, and the names of the types of their variables. */
function fieldsIn(operations, schema) {
  const used = new Set(['Client.id']);
  const types = new TypeInfo(schema);
  for (const text of operations) {
    const visitor = {
      Field: ({ name }) => void used.add(`${types.getParentType()?.name}.${name.value}`),
      NamedType: ({ name }) => void used.add(name.value),
    };
    visit(parse(text), visitWithTypeInfo(types, visitor));
  }
  return used;
}

/** The SDL of one service; null when nothing is asked of it. */
function reduce(sdl, used, ownsClient) {
  const definitions = parse(sdl).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    const fields = (node.fields ?? []).filter(({ name }) => used.has(`${node.name.value}.${name.value}`));
    return fields.length === 0 ? [] : [{ ...node, fields }];
  });
  const asked = definitions.some(({ name, fields }) => name.value !== 'Client' || fields.length > 1);
  if (!asked) return null;
  const leaves = leavesOf(definitions, parse(sdl).definitions);
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [...definitions.map((node) => federated(node, ownsClient)), ...leaves],
  };
  return print(
    visit(document, { enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined) }),
  );
}

function federated(node, ownsClient) {
  const isClient = node.name.value === 'Client';
  const isRoot = node.name.value === 'Query';
  const directives = isClient ? parse('type Client @key(fields: "id") { id: ID! }').definitions[0].directives : [];
  const external = parse('type Client { id: ID! @external }').definitions[0].fields[0];
  const fields = node.fields.map((field) =>
    isClient && !ownsClient && field.name.value === 'id' ? external : { ...field, directives: [] },
  );
  const kind = isRoot || (isClient && !ownsClient) ? Kind.OBJECT_TYPE_EXTENSION : Kind.OBJECT_TYPE_DEFINITION;
  return { ...node, kind, directives, fields, interfaces: [] };
}

/** The enums and scalars that the fields and their arguments name. */
function leavesOf(definitions, all) {
  const named = new Set();
  visit({ kind: Kind.DOCUMENT, definitions }, { NamedType: ({ name }) => void named.add(name.value) });
  return all
    .filter(
      ({ kind, name }) =>
        (kind === Kind.ENUM_TYPE_DEFINITION || kind === Kind.SCALAR_TYPE_DEFINITION) && named.has(name.value),
    )
    .map((node) => ({ ...node, directives: [] }));
}
