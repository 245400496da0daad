import { Directive, Field, ObjectType } from 'type-graphql';
import type { Organisation as Entry } from '../schema/codes/controllers.ts';
import { CodeName, codeName } from './code.ts';

/** An organisation with its names and OID; every subgraph may define it, alike. */
@Directive('@publicReference')
@Directive('@shareable')
@ObjectType({ description: 'An organisation, first of all a controller of data (fi organisaatio / sv organisation).' })
export class Organisation extends CodeName {
  @Field(() => String, {
    description: 'OID, 1.2.246.10.{business id} (fi yksilöintitunnus / sv identifikationskod).',
  })
  readonly oid!: string;
}

/** The organisations of a code list by their code. */
export function organisations(entries: Readonly<Record<string, Entry>>): ReadonlyMap<string, Organisation> {
  return new Map(Object.entries(entries).map(([code, { oid }]) => [code, { ...codeName(entries, code), oid }]));
}

/** A row of a registry as it comes: its controller is a code. */
export type Controlled<Row> = Omit<Row, 'controller'> & { readonly controller: string };

/**
 * Reads the controller's code of a row as the organisation.
 *
 * A code that the list does not know has none: the schema then fails that client's field alone, not the batch.
 */
export function controllerReader(entries: Readonly<Record<string, Entry>>) {
  const known = organisations(entries);
  return <Row>(raw: Controlled<Row>): Omit<Row, 'controller'> & { readonly controller: Organisation | undefined } => ({
    ...(raw as Omit<Row, 'controller'>),
    controller: known.get(raw.controller),
  });
}
