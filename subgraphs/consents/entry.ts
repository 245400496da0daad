import type { ClientBase } from 'pg';
import type { AuditEntry, EntryKind, FactChange } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';
import type { Pass } from '../../auth/pass.ts';
import type { LedgerEvent } from '../../consent/event.ts';
import { entryHead } from '../entry.ts';
import { refuse } from './errors.ts';

/** Writes the entry of a change in the change's own transaction: without it there is no change. */
export async function writeEntry(connection: ClientBase, entry: AuditEntry): Promise<void> {
  await insertEntries(connection, [entry]).catch((cause) => refuse('LEDGER_UNAVAILABLE', cause));
}

/** The entry of a consent event: names and ids. */
export function consentEntry(pass: Pass, event: LedgerEvent): AuditEntry {
  return {
    ...entryHead(pass, `CONSENT_${event.kind}`, { by: 'consents', at: event.at, clients: [event.clientId] }),
    consent: {
      record: event.recordId,
      event: event.id,
      categories: event.categories,
      sources: event.sources,
      recipients: event.recipients,
      purposes: event.purposes,
      from: new Date(event.from).toISOString(),
      until: event.until === null ? null : new Date(event.until).toISOString(),
      epoch: String(event.epoch),
    },
  };
}

/** The entry of a change of the facts beside consents; the written reason and the note stay in the ledger. */
export function factEntry(
  pass: Pass,
  kind: EntryKind,
  { clientId, at }: { readonly clientId: string; readonly at: number },
  fact: FactChange,
): AuditEntry {
  return { ...entryHead(pass, kind, { by: 'consents', at, clients: [clientId] }), fact };
}
