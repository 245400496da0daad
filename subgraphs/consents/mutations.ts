import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ConsentDraft } from '../../consent/draft.ts';
import type { LedgerEvent } from '../../consent/event.ts';
import { loadFacts } from '../../consent/facts.ts';
import type { LedgerRecord } from '../../consent/history.ts';
import { denyAccess, grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import { type Channel, mayRecord, type Recording, type RecordingVerdict } from '../../consent/recording.ts';
import type { InTransaction } from '../../consent/transaction.ts';
import { CATEGORIES, type CategoryName } from '../../schema/categories.ts';
import { callerOf } from '../caller.ts';
import { consentEntry, writeEntry } from './entry.ts';
import { ROLE_OF_ENUM } from './enums.ts';
import { ledgerError, refuse } from './errors.ts';
import { DenyAccessInput, GrantConsentInput, type RecipientInput, WithdrawConsentInput } from './inputs.ts';
import type { Context } from './loaders.ts';
import { ConsentRecord, recordOf } from './records.ts';

/** The client, or a worker on their behalf, gives and takes back; each in one call, the log in the same transaction. */
@Resolver()
export class ConsentMutations {
  @Mutation(() => ConsentRecord, { description: 'Gives a consent (fi anna suostumus / sv ge samtycke).' })
  async grantConsent(
    @Arg('input', () => GrantConsentInput, { description: 'The consent (fi suostumus / sv samtycke).' })
    input: GrantConsentInput,
    @Ctx() context: Context,
  ): Promise<ConsentRecord> {
    return change(context, input, (clientId, recording, log) =>
      grantConsent(context.db, consentDraftOf(input, clientId), recording, log),
    );
  }

  @Mutation(() => ConsentRecord, {
    description: 'Denies access; stronger than any consent (fi kiellä näkeminen / sv förbjud insyn).',
  })
  async denyAccess(
    @Arg('input', () => DenyAccessInput, { description: 'The denial (fi kielto / sv förbud).' }) input: DenyAccessInput,
    @Ctx() context: Context,
  ): Promise<ConsentRecord> {
    return change(context, input, (clientId, recording, log) =>
      denyAccess(context.db, { ...draftOf(input, clientId), sources: input.sources ?? [] }, recording, log),
    );
  }

  @Mutation(() => ConsentRecord, {
    description: 'Withdraws a consent or a denial, whole or in part (fi peru / sv återkalla).',
  })
  async withdrawConsent(
    @Arg('input', () => WithdrawConsentInput, { description: 'The withdrawal (fi peruutus / sv återkallelse).' })
    input: WithdrawConsentInput,
    @Ctx() context: Context,
  ): Promise<ConsentRecord> {
    const { id, recordId, categories } = input;
    return change(context, input, (clientId, recording, log) =>
      withdrawConsent(
        context.db,
        { clientId, recordId, ...(id == null ? {} : { id }), ...(categories == null ? {} : { categories }) },
        recording,
        log,
      ),
    );
  }
}

type Act = (clientId: string, recording: Recording, log: InTransaction<LedgerEvent>) => Promise<LedgerEvent>;

async function change(
  context: Context,
  input: { readonly clientId?: string; readonly channel?: string },
  act: Act,
): Promise<ConsentRecord> {
  try {
    const clientId = (input.clientId ?? context.pass.caller.clientId)?.toLowerCase() ?? refuse('NO_RELATIONSHIP');
    const recording = await recordingOf(context, clientId, input.channel);
    const event = await act(clientId, recording, (connection, done) =>
      writeEntry(connection, consentEntry(context.pass, done)),
    );
    return recordOf(await readBack(context, event));
  } catch (error) {
    return ledgerError(error);
  }
}

/** The record as it is after the event. From here on the change is in the ledger: a failure may not say that it is not. */
export async function readBack({ load }: Context, { clientId, recordId }: LedgerEvent): Promise<LedgerRecord> {
  const records = await load.records
    .clear(clientId)
    .load(clientId)
    .catch((cause) => refuse('OUTCOME_UNKNOWN', cause));
  return records.find(({ id }) => id === recordId) ?? refuse('OUTCOME_UNKNOWN');
}

/** Who may record, and how: decided on the facts as they are now, never on the gateway's word. `may`: `mayRecord`, `mayPropose`. */
export async function recordingOf(
  context: Context,
  clientId: string,
  asked: string | undefined,
  may: (...question: Parameters<typeof mayRecord>) => RecordingVerdict = mayRecord,
): Promise<Recording> {
  const facts = (await loadFacts(context.db, [clientId])).get(clientId) ?? refuse('NO_RELATIONSHIP');
  const verdict = may(callerOf(context.pass), facts, Date.now());
  if (verdict.decision === 'DENY') return refuse(verdict.reason);
  const channel = (asked ?? verdict.channels[0]) as Channel;
  if (!verdict.channels.includes(channel)) return refuse('CHANNEL_NOT_ALLOWED');
  return { recordedBy: context.pass.caller.id, recordedRole: verdict.role, channel, givenBy: verdict.givenBy };
}

/** A consent as the ledger takes it; left out, the sources are those who hold the categories. */
export function consentDraftOf(input: GrantConsentInput, clientId: string): ConsentDraft {
  return {
    ...draftOf(input, clientId),
    sources: input.sources ?? holdersOf(input.categories),
    ...(input.from == null ? {} : { from: input.from.getTime() }),
    until: input.until?.getTime() ?? null,
  };
}

function draftOf(input: GrantConsentInput | DenyAccessInput, clientId: string) {
  return {
    clientId,
    ...(input.id == null ? {} : { id: input.id }),
    categories: input.categories,
    recipients: (input.recipients ?? []).map(recipientOf),
    purposes: input.purposes ?? [],
    informationVersion: input.informed?.version ?? '',
    informationLanguage: input.informed?.language ?? '',
  };
}

export function recipientOf({ agency, role, person }: RecipientInput): string {
  const given = [
    agency == null ? [] : [`agency:${agency}`],
    role == null ? [] : [`role:${ROLE_OF_ENUM[role]}`],
    person == null ? [] : [`person:${person}`],
  ].flat();
  return given.length === 1 ? (given[0] as string) : refuse('UNKNOWN_RECIPIENT');
}

function holdersOf(categories: readonly string[]): string[] {
  return [...new Set(categories.map((name) => CATEGORIES[name as CategoryName].source))];
}
