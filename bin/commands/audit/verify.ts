import { statSync } from 'node:fs';
import { verifyDatabase } from '../../../audit/verify/database.ts';
import { verifyExport } from '../../../audit/verify/export.ts';
import type { Finding } from '../../../audit/verify/findings.ts';
import { type Checkpoint, openCheckpoint, Untrue } from '../../../audit/verify/note.ts';
import type { Report, VerifyOptions } from '../../../audit/verify/report.ts';
import { verifyTiles } from '../../../audit/verify/tiles.ts';
import { withAuditStore } from '../../audit-store.ts';
import { type Command, readArgs, usage, wholeNumber } from '../../command.ts';
import { codeOf, Failure } from '../../failure.ts';
import { note, print, progressBar } from '../../terminal.ts';
import { asFailure, KEY_HELP, KEY_OPTIONS, readKeys, readText } from '../../verifier-keys.ts';

const NAME = 'audit verify';

export const command: Command = {
  summary: 'check that nothing in the log was altered, removed, reordered or slipped in',
  judges: true,
  help: `
Usage: nivel audit verify [SOURCE] --key VKEY [--witness VKEY] [--checkpoint FILE] [--json]

Recomputes the whole log and holds it against what was signed. Reports the first entry that is altered, missing, out of its
place or added, by its index. Shares no code with the log but SHA-256.

  SOURCE              an export (JSON Lines; - is standard input), a folder with the log’s tiles, or their address as file://,
                      http:// or https:// (C2SP tlog-tiles); without it, the database
${KEY_HELP}
  --checkpoint FILE   a checkpoint of before that somebody has kept: the log must still hold what it signs; again for each
  --database-url URL  PostgreSQL of the log; its user reads the log, such as nivel_audit
                      (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR)
  --lag SECONDS       how long an entry of a database may wait for its index (default: 60)
  --json              print the report as JSON

Exit codes: 0 nothing is wrong, 1 something is wrong, 2 could not tell.
`,
  async run(args) {
    const { values, positionals } = readArgs(
      NAME,
      args,
      {
        ...KEY_OPTIONS,
        checkpoint: { type: 'string', multiple: true },
        'database-url': { type: 'string' },
        lag: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
      },
      ['[SOURCE]'],
    );
    const trusted = readKeys(NAME, values);
    const lag = wholeNumber(NAME, '--lag', values.lag, 0, 86_400) * 1000;
    const [source] = positionals;
    if (source !== undefined && values['database-url'] !== undefined) {
      throw usage(NAME, 'verifies SOURCE or a database, not both');
    }
    const kept = (values.checkpoint ?? []).map((path) => openKept(path, trusted.keys));
    const bar = progressBar();
    const started = performance.now();
    const options: VerifyOptions = {
      ...trusted,
      kept,
      onProgress: (done, total) => bar.update(done, Math.max(done, total), inWords(done, performance.now() - started)),
    };
    const report = await verify(source, values['database-url'], { ...options, lag }).catch((error: unknown) => {
      throw asFailure(error);
    });
    bar.end();
    const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
    if (values.json) print(JSON.stringify({ ...report, seconds }));
    else printReport(report, seconds);
    return report.intact ? 0 : 1;
  },
};

function verify(
  source: string | undefined,
  databaseUrl: string | undefined,
  options: VerifyOptions & { readonly lag: number },
): Promise<Report> {
  if (source === undefined) return withAuditStore(databaseUrl, (client) => verifyDatabase(client, options));
  return source === '-' || isFile(source) ? verifyExport(source, options) : verifyTiles(source, options);
}

/** @throws Failure `FILE_UNREADABLE` */
function isFile(source: string): boolean {
  if (/^(file|https?):/i.test(source)) return false;
  try {
    return !statSync(source).isDirectory();
  } catch (error) {
    throw new Failure('FILE_UNREADABLE', `${source} cannot be read (${codeOf(error)})`, { cause: error });
  }
}

/** @throws Failure `CHECKPOINT_UNUSABLE`: what was kept proves nothing unless it is signed itself */
function openKept(path: string, keys: VerifyOptions['keys']): Checkpoint {
  try {
    return openCheckpoint(readText(path), keys);
  } catch (error) {
    if (error instanceof Untrue)
      throw new Failure('CHECKPOINT_UNUSABLE', `${path}: ${error.message}`, { cause: error });
    throw asFailure(error);
  }
}

function inWords(done: number, milliseconds: number): string {
  return `${done} entries, ${Math.round((done / Math.max(1, milliseconds)) * 1000)} a second`;
}

function printReport(report: Report, seconds: number): void {
  const { intact, first, findings, counts, origin, size, root, entries, erased, checkpoints, tiles, witnesses } =
    report;
  for (const finding of findings) note(lineOf(finding));
  const more = Object.values(counts).reduce((sum, count) => sum + count, 0) - findings.length;
  if (more > 0) note(`… and ${more} more`);
  if (first !== null) print(`NOT INTACT: first ${lineOf(first)}`);
  const all = [
    `${entries} entries`,
    ...(erased > 0 ? [`${erased} of them erased`] : []),
    `${tiles} tiles`,
    `${checkpoints} checkpoints`,
    `${witnesses.length} witnesses`,
  ];
  const log = origin === null ? 'no checkpoint that can be trusted' : `${origin}, size ${size}, root ${root}`;
  print(`${intact ? 'Intact: ' : ''}${log}; ${all.join(', ')}; ${seconds} s`);
}

function lineOf({ code, message, index, until }: Finding): string {
  const where =
    index === undefined ? '' : until === undefined ? `index ${index}: ` : `index ${index} to ${until - 1}: `;
  return `${where}${message} (${code})`;
}
