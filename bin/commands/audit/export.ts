import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import pg from 'pg';
import type { AuditEntry } from '../../../audit/entry.ts';
import {
  EntryUnreadable,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportSummary,
  exportEntries,
  NothingPublished,
} from '../../../audit/export/export.ts';
import type { EntryFilter } from '../../../audit/list.ts';
import { createAuditLog, LogUnavailable } from '../../../audit/log.ts';
import { isId } from '../../../consent/id.ts';
import { SESSION } from '../../../consent/pool.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../../schema/categories.ts';
import { PURPOSES } from '../../../schema/purposes.ts';
import { withAuditStore } from '../../audit-store.ts';
import { type Command, readArgs, usage } from '../../command.ts';
import { Failure } from '../../failure.ts';
import { suggest } from '../../suggest.ts';
import { print, progressBar } from '../../terminal.ts';
import { createWholeFile, unwritable, type WholeFile } from '../../whole-file.ts';

const NAME = 'audit export';

export const command: Command = {
  summary: 'write the entries of the log to a file',
  help: `
Usage: nivel audit export --as PERSON [--format FORMAT] [--out FILE] [filters] [--json] [--database-url URL]

Writes the entries of the latest published checkpoint in the order of the log. The export ends with the count of entries and
the checkpoint: one without that end is not whole. It is an entry of the log itself (kind EXPORTED) before the first byte is
written. The command line authenticates nobody: PERSON and the database user are logged as they are given.

  --as PERSON         id of whoever exports, in the identity provider (UUID)
  --format FORMAT     jsonl (default): what nivel audit verify reads, with canonical bytes, salts and commitments; under a
                      filter each line has its inclusion proof
                      csv: one record a disclosure, for spreadsheets (UTF-8 with byte order mark, no formulas)
                      fhir: one FHIR R4 AuditEvent a disclosure (IHE BALP), as JSON Lines
  --out FILE          write to FILE, which must not be there; it gets its name when it is whole (default: standard output)
  --json              with --out: print {"count", "size", "bytes", "seconds"} instead of a line
  --database-url URL  PostgreSQL of the log (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR); its user reads the
                      log and adds entries to it

Filters; each narrows, and client, source, category and basis meet in one disclosure:
  --from TIME, --until TIME       RFC 3339 with an offset, 2026-03-01T00:00:00+02:00; from is included, until is not
  --client ID, --caller ID        UUID
  --source AGENCY                 who disclosed
  --agency AGENCY                 whose worker asked
  --category, --basis, --purpose, --outcome, --kind   codes as in GraphQL

Exit codes: 0 whole, 1 failed, 2 wrong usage.
`,
  async run(args) {
    const { values } = readArgs(NAME, args, {
      as: { type: 'string' },
      format: { type: 'string', default: 'jsonl' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      'database-url': { type: 'string' },
      from: { type: 'string' },
      until: { type: 'string' },
      client: { type: 'string' },
      caller: { type: 'string' },
      source: { type: 'string' },
      agency: { type: 'string' },
      category: { type: 'string' },
      basis: { type: 'string' },
      purpose: { type: 'string' },
      outcome: { type: 'string' },
      kind: { type: 'string' },
    });
    const { as, out, json, 'database-url': url, format: named, ...narrowing } = values;
    const person = readId('--as', as);
    if (person === undefined) throw usage(NAME, 'needs --as PERSON');
    const format = readCode('--format', named, EXPORT_FORMATS) ?? 'jsonl';
    if (json && out === undefined) throw usage(NAME, 'needs --out FILE for --json');
    const filter = await readFilter(narrowing);
    const started = performance.now();
    const target = out === undefined ? STDOUT : await createWholeFile(out);
    try {
      const summary = await withAuditStore(url, (client, address) =>
        exported(client, address, { person, format, filter, target }),
      );
      const bytes = await target.finish();
      const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
      if (out !== undefined) {
        const { count, size } = summary;
        print(
          json
            ? JSON.stringify({ ...summary, bytes, seconds })
            : `${count} of ${size} entries to ${out}, ${bytes} bytes in ${seconds} s`,
        );
      }
      return 0;
    } catch (error) {
      await target.abandon();
      throw explain(error);
    }
  },
};

interface Task {
  readonly person: string;
  readonly format: ExportFormat;
  readonly filter: EntryFilter;
  readonly target: WholeFile;
}

async function exported(
  client: pg.Client,
  url: string,
  { person, format, filter, target }: Task,
): Promise<ExportSummary> {
  const entry = await record(client, url, person, format, filter);
  const bar = progressBar();
  const summary = await exportEntries(client, {
    filter,
    format,
    entry,
    write: target.write,
    onProgress: (done, size) => bar.update(done, size, `${done} of ${size} entries`),
  });
  bar.end();
  return summary;
}

/** The entry of the export, durable before anything is read. */
async function record(
  client: pg.Client,
  url: string,
  person: string,
  format: ExportFormat,
  filter: EntryFilter,
): Promise<AuditEntry> {
  const { rows } = await client.query<{ role: string }>('SELECT session_user AS role');
  const { client: about, ...narrowing } = filter;
  const entry: AuditEntry = {
    id: randomUUID(),
    at: new Date().toISOString(),
    kind: 'EXPORTED',
    outcome: 'ANSWERED',
    caller: { id: person, roles: [] },
    purpose: 'AUDIT',
    operation: { name: null, hash: null },
    request: randomUUID(),
    gateway: hostname(),
    clients: about === undefined ? [] : [about],
    disclosures: [],
    reads: [
      {
        field: 'export',
        arguments: { format, databaseRole: rows[0]?.role ?? '', ...JSON.parse(JSON.stringify(narrowing)) },
      },
    ],
  };
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'nivel', options: SESSION });
  pool.on('error', () => {});
  try {
    await createAuditLog(pool).append(entry, new Map());
  } catch (error) {
    if (!(error instanceof LogUnavailable) || error.code !== '42501') throw error;
    const problem = 'the export cannot be logged, so nothing was read: the user of the database may not add entries';
    throw new Failure('LOG_NOT_PERMITTED', problem, { cause: error });
  } finally {
    await pool.end();
  }
  return entry;
}

const STDOUT: WholeFile = {
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(unwritable('standard output', error)) : resolve()));
    }),
  finish: async () => 0,
  abandon: async () => {},
};

function explain(error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof NothingPublished) {
    return new Failure(
      'NOTHING_PUBLISHED',
      'the log has published no checkpoint yet; see that the sequencer runs',
      cause,
    );
  }
  if (error instanceof EntryUnreadable) {
    return new Failure(
      'LOG_INCONSISTENT',
      `entry ${error.index} of the log is missing or unreadable; nivel audit verify tells more`,
      cause,
    );
  }
  return error;
}

type Narrowing = Readonly<Record<keyof EntryFilter, string | undefined>>;

/** @throws Failure `WRONG_USAGE` */
async function readFilter(given: Partial<Narrowing>): Promise<EntryFilter> {
  await import('reflect-metadata');
  const { EntryKindEnum, OutcomeEnum } = await import('../../../subgraphs/auditing/enums.ts');
  const { BasisEnum } = await import('../../../subgraphs/basis.ts');
  const filter = {
    client: readId('--client', given.client),
    caller: readId('--caller', given.caller),
    source: readCode('--source', given.source, Object.keys(AGENCIES)),
    agency: readCode('--agency', given.agency, Object.keys(AGENCIES)),
    category: readCode('--category', given.category, CATEGORY_NAMES),
    basis: readCode('--basis', given.basis, Object.keys(BasisEnum)),
    purpose: readCode('--purpose', given.purpose, Object.keys(PURPOSES)),
    outcome: readCode('--outcome', given.outcome, Object.keys(OutcomeEnum)),
    kind: readCode('--kind', given.kind, Object.keys(EntryKindEnum)),
    from: await readTime('--from', given.from),
    until: await readTime('--until', given.until),
  };
  if (filter.from !== undefined && filter.until !== undefined && filter.from >= filter.until) {
    throw usage(NAME, 'needs a --from before its --until');
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function readId(option: string, id: string | undefined): string | undefined {
  if (id === undefined || isId(id.toLowerCase())) return id?.toLowerCase();
  throw usage(NAME, `needs a UUID for ${option}`);
}

function readCode<Code extends string>(option: string, code: string | undefined, known: readonly Code[]) {
  if (code === undefined) return undefined;
  const found = known.find((name) => name === code);
  if (found !== undefined) return found;
  const near = suggest(
    code,
    known.map((name) => name.toLowerCase()),
  );
  throw usage(
    NAME,
    `knows no ${JSON.stringify(code)} for ${option}${near === undefined ? `: ${known.join(', ')}` : `; did you mean ${known.find((name) => name.toLowerCase() === near)}?`}`,
  );
}

async function readTime(option: string, time: string | undefined): Promise<Date | undefined> {
  if (time === undefined) return undefined;
  const { DateTimeScalar } = await import('../../../schema/scalars.ts');
  try {
    return DateTimeScalar.parseValue(time) as Date;
  } catch {
    throw usage(NAME, `needs a moment like 2026-03-01T00:00:00+02:00 for ${option}`);
  }
}
