import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { type EntryFilter, type ListedEntry, listEntries } from '../../audit/list.ts';
import { isClientId } from '../../consent/facts.ts';
import type { SubgraphContext } from '../define.ts';
import { LARGEST_PAGE } from '../page.ts';
import { type AuditEntry, AuditEntryConnection } from './entry.ts';
import { refuse } from './errors.ts';
import { AuditFilter } from './filter.ts';

@Resolver()
export class EntriesResolver {
  @Query(() => AuditEntryConnection, {
    nullable: true,
    description:
      'The audit log, newest first; reading it is logged too (fi käyttö- ja luovutusloki / sv användnings- och utlämningslogg).',
  })
  async auditEntries(
    @Arg('filter', () => AuditFilter, { nullable: true, description: 'Which entries (fi rajaus / sv avgränsning).' })
    filter: AuditFilter | null,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many, 1–100 (fi montako / sv hur många).' })
    first: number,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Cursor of the last one of the page before (fi kohdistin / sv markör).',
    })
    after: string | null,
    @Ctx() { pass, db }: SubgraphContext,
  ): Promise<AuditEntryConnection> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    if (first < 1 || first > LARGEST_PAGE) refuse('FIRST_OUT_OF_RANGE');
    if (after != null && !/^\d{1,18}$/.test(after)) refuse('CURSOR_INVALID');
    const narrowed = checkFilter(filter ?? {});
    const { entries, hasNextPage } = await listEntries(db, narrowed, { first, after: after ?? null });
    return {
      edges: entries.map((listed) => ({ node: nodeOf(listed), cursor: listed.seq })),
      pageInfo: { hasNextPage, endCursor: entries.at(-1)?.seq ?? null },
    };
  }
}

function checkFilter(filter: AuditFilter): EntryFilter {
  for (const id of [filter.client, filter.caller])
    if (id != null && !isClientId(id.toLowerCase())) refuse('FILTER_INVALID');
  if (filter.from != null && filter.until != null && filter.until <= filter.from) refuse('FILTER_INVALID');
  return filter;
}

function nodeOf({ entry, commitment }: ListedEntry): AuditEntry {
  const { operation, request, at, fact, ...same } = entry;
  return {
    ...same,
    ...(fact === undefined ? {} : { fact: factOf(fact) }),
    at: new Date(at),
    operationName: operation.name,
    documentHash: operation.hash,
    requestId: request,
    commitment: commitment.toString('hex'),
  };
}

function factOf({ from, until, ...fact }: NonNullable<ListedEntry['entry']['fact']>): NonNullable<AuditEntry['fact']> {
  return {
    ...fact,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until == null ? {} : { until: new Date(until) }),
  };
}
