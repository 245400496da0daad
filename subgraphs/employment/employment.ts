import { ObjectType } from 'type-graphql';
import type { ClientRow } from '../load.ts';

/** What hangs below `Client.employment`; each field loads its own table, in `resolver.ts`. */
@ObjectType({ description: 'The client in employment services (fi työllisyys / sv sysselsättning).' })
export class Employment implements ClientRow {
  readonly clientId: string;
}
