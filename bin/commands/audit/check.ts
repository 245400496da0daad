import { parseLine } from '../../../audit/verify/export.ts';
import { equal } from '../../../audit/verify/merkle.ts';
import { Untrue } from '../../../audit/verify/note.ts';
import { commit, type Proof, parseProof, requireCommitment, verifyProof } from '../../../audit/verify/proof.ts';
import { type Command, readArgs, usage } from '../../command.ts';
import { Failure } from '../../failure.ts';
import { note, print } from '../../terminal.ts';
import { asFailure, KEY_HELP, KEY_OPTIONS, readKeys, readText } from '../../verifier-keys.ts';

const NAME = 'audit check';

export const command: Command = {
  summary: 'check the proof of an entry with the log’s public key alone',
  judges: true,
  help: `
Usage: nivel audit check PROOF --key VKEY (--entry FILE | --commitment HEX) [--witness VKEY] [--json]

Checks a proof that nivel audit prove has written (C2SP tlog-proof), offline: that the log’s key signed the checkpoint, and that
the log then held the entry at the proof’s index.

  PROOF               the proof; - is standard input
  --entry FILE        the entry: its canonical JSON, or its line of an export
  --commitment HEX    the entry’s commitment instead, where its text was erased or is not to be shown; nothing is said then of
                      what the entry says
${KEY_HELP}
  --json              print {"true", "index", "size", "origin", "commitment", "text", "witnesses", "code", "message"}

Exit codes: 0 true, 1 false, 2 could not tell.
`,
  async run(args) {
    const { values, positionals } = readArgs(
      NAME,
      args,
      {
        ...KEY_OPTIONS,
        entry: { type: 'string' },
        commitment: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      ['PROOF'],
    );
    const { keys, quorum } = readKeys(NAME, values);
    const [path = ''] = positionals;
    try {
      const proof = parseProof(readText(path));
      const { commitment, text } = readEntry(proof, values.entry, values.commitment);
      const { origin, size, witnesses } = verifyProof(proof, commitment, keys, quorum);
      const facts = { index: proof.index, size, origin, commitment: commitment.toString('hex'), text, witnesses };
      if (values.json) print(JSON.stringify({ true: true, ...facts }));
      else {
        print(
          `True: entry ${facts.index} of the log ${origin}, which then had ${size} entries, commitment ${facts.commitment}`,
        );
        if (!text) note('Nothing is said of what the entry says: no text was given');
      }
      return 0;
    } catch (error) {
      if (!(error instanceof Untrue)) throw asFailure(error);
      const { code, message } = error;
      if (values.json) print(JSON.stringify({ true: false, code, message }));
      else print(`FALSE: ${message} (${code})`);
      return 1;
    }
  },
};

/**
 * The commitment that the log should hold, and whether it is known to be of a text.
 *
 * @throws Untrue `COMMITMENT_WRONG`; Failure `WRONG_USAGE`, `SALT_MISSING`, `FILE_UNREADABLE`
 */
function readEntry(
  proof: Proof,
  path: string | undefined,
  given: string | undefined,
): { readonly commitment: Buffer; readonly text: boolean } {
  const commitment = given === undefined ? undefined : readCommitment(given);
  if (path === undefined) {
    if (commitment === undefined) throw usage(NAME, 'needs the entry, --entry FILE, or --commitment HEX');
    return { commitment, text: false };
  }
  const written = readText(path, 16_777_216).replace(/\r?\n$/, '');
  const line = parseLine(Buffer.from(written));
  const salt = line === null ? proof.extra : line.salt;
  const body = line === null ? written : line.body;
  if (salt === null || body === null) {
    throw new Failure('SALT_MISSING', 'neither the proof nor the entry has the salt, so the text cannot be checked');
  }
  const computed = commit(salt, Buffer.from(body));
  if (line !== null) requireCommitment(line.commitment, salt, Buffer.from(body));
  if (commitment !== undefined && !equal(commitment, computed)) {
    throw new Untrue('COMMITMENT_WRONG', 'the commitment given is not of the text given');
  }
  return { commitment: computed, text: true };
}

function readCommitment(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  throw usage(NAME, 'needs 64 hexadecimal digits for --commitment');
}
