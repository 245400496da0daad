import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type EntryProof, formatProof, proveEntry } from '../../../audit/tree/prove.ts';
import { isId } from '../../../consent/id.ts';
import { withAuditStore } from '../../audit-store.ts';
import { type Command, readArgs, usage, wholeNumber } from '../../command.ts';
import { codeOf, Failure } from '../../failure.ts';
import { note, print } from '../../terminal.ts';

export const command: Command = {
  summary: 'write the proof that an entry is in the log',
  help: `
Usage: nivel audit prove ID [--out FILE] [--wait SECONDS] [--database-url URL]

Writes a proof that the entry ID is in the latest published checkpoint, as C2SP tlog-proof: whoever has the log's public
key checks it offline, with nivel audit check or any other verifier. The proof holds no text of the entry; its extra data is the
salt with which the entry's text opens the commitment. An entry whose text was erased is proved without it.

  --out FILE          write to FILE, which must not be there, instead of standard output
  --wait SECONDS      wait for an entry that is not published yet, 0 to 60 (default: 5)
  --database-url URL  PostgreSQL of the log (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR)

Exit codes: 0 proved, 1 no such entry or not published yet or failed, 2 wrong usage.
`,
  async run(args) {
    const { values, positionals } = readArgs(
      'audit prove',
      args,
      { out: { type: 'string' }, wait: { type: 'string', default: '5' }, 'database-url': { type: 'string' } },
      ['ID'],
    );
    const id = (positionals[0] ?? '').toLowerCase();
    if (!isId(id)) throw usage('audit prove', 'needs the id of an entry, a UUID');
    const wait = wholeNumber('audit prove', '--wait', values.wait, 0, 60);
    const proof = await withAuditStore(values['database-url'], (client) => waitForProof(client, id, wait * 1000));
    if (proof.salt === null) note('The text of this entry has been erased; the proof is without a salt');
    const text = formatProof(proof);
    if (values.out === undefined) print(text.trimEnd());
    else await save(values.out, text);
    return 0;
  },
};

/** @throws Failure `ENTRY_UNKNOWN`, `ENTRY_NOT_PUBLISHED` */
async function waitForProof(client: pg.Client, id: string, wait: number): Promise<EntryProof> {
  const until = performance.now() + wait;
  for (;;) {
    const proof = await proveEntry(client, id);
    if (proof !== null) return proof;
    const { rowCount } = await client.query('SELECT FROM audit.entries WHERE id = $1', [id]);
    if (rowCount === 0) throw new Failure('ENTRY_UNKNOWN', `the log has no entry ${id}`);
    if (performance.now() >= until) break;
    await sleep(200);
  }
  throw new Failure(
    'ENTRY_NOT_PUBLISHED',
    `entry ${id} is in the log, but in no published checkpoint yet; see that the sequencer runs, and ask again`,
  );
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw new Failure('FILE_EXISTS', `${file} is there already`, { cause: error });
    throw new Failure('FILE_UNWRITABLE', `${file} cannot be written (${code})`, { cause: error });
  }
}
