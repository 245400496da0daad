import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  countEntries,
  type EntryFilter,
  findEntry,
  isEntryCursor,
  type ListedEntry,
  listEntries,
} from '../../audit/list.ts';
import { formatProof } from '../../audit/tree/prove.ts';
import { isClientId } from '../../consent/facts.ts';
import { connectionOf, PageArguments } from '../page.ts';
import { AuditCount, AuditEntry, AuditEntryConnection, AuditProof } from './entry.ts';
import { checkPage, inTime, refuse } from './errors.ts';
import { AuditFilter } from './filter.ts';
import type { Context } from './loaders.ts';

@Resolver(() => AuditEntryConnection)
export class EntriesResolver {
  @Query(() => AuditEntryConnection, {
    nullable: true,
    description:
      'The audit log, newest first; reading it is logged too (fi käyttö- ja luovutusloki / sv användnings- och utlämningslogg).',
  })
  async auditEntries(
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Which entries (fi rajaus / sv avgränsning).' })
    filter: AuditFilter | null,
    @Args(() => PageArguments) { first, after }: PageArguments,
    @Ctx() { pass, db }: Context,
  ): Promise<AuditEntryConnection> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    checkPage({ first, after }, isEntryCursor);
    const narrowed = checkFilter(filter ?? {});
    const { entries, hasNextPage } = await inTime(listEntries(db, narrowed, { first, after: after ?? null }));
    return { ...connectionOf(entries, hasNextPage, ({ cursor }) => cursor, nodeOf), filter: narrowed };
  }

  @Query(() => AuditEntry, {
    nullable: true,
    description: 'One entry by its id, as in extensions.audit of an answer (fi lokimerkintä / sv loggpost).',
  })
  async auditEntry(
    @Arg('id', () => ID, { description: 'The entry, UUID (fi tunniste / sv identifierare).' }) id: string,
    @Ctx() { pass, db }: Context,
  ): Promise<AuditEntry> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    const listed = isClientId(id.toLowerCase()) ? await findEntry(db, id) : null;
    return listed === null ? refuse('ENTRY_NOT_FOUND') : nodeOf(listed);
  }

  @FieldResolver(() => AuditCount, { nullable: true })
  count(@Root() { filter }: AuditEntryConnection, @Ctx() { db }: Context): Promise<AuditCount> {
    return inTime(countEntries(db, filter));
  }
}

@Resolver(() => AuditEntry)
export class EntryResolver {
  @FieldResolver(() => AuditProof, { nullable: true })
  async proof(@Root() { id, index }: AuditEntry, @Ctx() { load }: Context): Promise<AuditProof | null> {
    if (index === null) return null;
    const proof = await load.proofs.load(id);
    if (proof === null) return null;
    return {
      index: proof.index,
      size: proof.size,
      hashes: proof.hashes.map((hash) => hash.toString('base64')),
      text: formatProof(proof),
    };
  }
}

function checkFilter(filter: AuditFilter): EntryFilter {
  for (const id of [filter.client, filter.caller])
    if (id != null && !isClientId(id.toLowerCase())) refuse('FILTER_INVALID');
  if (filter.from != null && filter.until != null && filter.until <= filter.from) refuse('FILTER_INVALID');
  return filter;
}

function nodeOf({ id, at, kind, entry, erasedBy, commitment, index }: ListedEntry): AuditEntry {
  return {
    ...(entry === null ? ERASED : textOf(entry)),
    id,
    at,
    kind,
    erasedBy,
    commitment: commitment.toString('hex'),
    index,
  };
}

type Text = Omit<AuditEntry, 'id' | 'at' | 'kind' | 'erasedBy' | 'commitment' | 'index' | 'proof'>;

const ERASED: Text = {
  outcome: null,
  caller: null,
  purpose: null,
  operationName: null,
  documentHash: null,
  requestId: null,
  gateway: null,
  clients: [],
  disclosures: [],
};

function textOf({ operation, request, fact, reads, ...same }: NonNullable<ListedEntry['entry']>): Text {
  return {
    ...same,
    ...(fact === undefined ? {} : { fact: factOf(fact) }),
    ...(reads === undefined ? {} : { reads: reads.map(readOf) }),
    operationName: operation.name,
    documentHash: operation.hash,
    requestId: request,
  };
}

type Fact = NonNullable<NonNullable<ListedEntry['entry']>['fact']>;
type Read = NonNullable<NonNullable<ListedEntry['entry']>['reads']>[number];

function factOf({ from, until, ...fact }: Fact): NonNullable<AuditEntry['fact']> {
  return {
    ...fact,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until == null ? {} : { until: new Date(until) }),
  };
}

function readOf({ field, arguments: given }: Read): NonNullable<AuditEntry['reads']>[number] {
  return { field, arguments: Object.entries(given).map(([name, value]) => ({ name, value })) };
}
