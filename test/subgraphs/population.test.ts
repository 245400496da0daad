import { type GraphQLOutputType, type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { REGISTRY_ROLES } from '../../bin/settings.ts';
import { loadDefinition } from '../../bin/subgraphs.ts';
import { loadPopulation } from '../../population/load.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { buildSubgraph } from '../../subgraphs/define.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { day, startSubgraph } from './ask.ts';

let database: TestDatabase;
let ids: string[];

beforeAll(async () => {
  database = await createDatabase();
  const admin = await connectDatabase(database.adminUrl);
  try {
    await loadPopulation(admin, { seed: 1, count: 200, today: new Date() });
    const { rows } = await admin.query<{ id: string }>('SELECT client_id AS id FROM clients.people');
    ids = rows.map(({ id }) => id);
  } finally {
    await admin.end();
  }
});

afterAll(() => database?.drop());

describe('every field of every client of a population is answered without an error', () => {
  it.each(REGISTRY_ROLES)('%s', async (name) => {
    const definition = await loadDefinition(name);
    const { schema } = await buildSubgraph(definition);
    const subgraph = await startSubgraph(definition, database, name);
    try {
      const answers = await subgraph.clients(
        everyField(schema, schema.getType('Client') as GraphQLOutputType),
        ids.map((id) => ({ id, releaseDate: day(7) })),
        CATEGORY_NAMES,
        { agency: 'PRISON_SERVICE' },
      );
      expect(answers.map(({ id }) => id)).toEqual(ids);
      // Somebody has something in each field: nothing is left out of the population, or misread as empty.
      for (const field of Object.keys(answers[0] ?? {}))
        expect([field, answers.some(isFilled(field))]).toEqual([field, true]);
    } finally {
      await subgraph.close();
    }
  });
});

function isFilled(field: string) {
  return (client: Readonly<Record<string, unknown>>): boolean => {
    const value = client[field];
    return Array.isArray(value) ? value.length > 0 : value !== null;
  };
}

/** A selection of all fields below a type, down to its leaves. */
function everyField(schema: GraphQLSchema, type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isLeafType(named) || !isObjectType(named)) return '';
  return Object.values(named.getFields())
    .map((field) => {
      const below = everyField(schema, field.type);
      return below === '' ? field.name : `${field.name} { ${below} }`;
    })
    .join(' ');
}
