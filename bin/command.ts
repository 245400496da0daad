import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Failure, USAGE } from './failure.ts';

/** One subcommand of `nivel`, in a file of its own below `commands/`. */
export interface Command {
  /** What stands behind the name in the list of commands. */
  readonly summary: string;
  /** The whole of `nivel NAME --help`. */
  readonly help: string;
  /** Its exit code answers a question, 0 true or 1 false: one that fails could not tell, which is 2. */
  readonly judges?: true;
  /**
   * Does it; resolves to the exit code: 0 done, 1 failed. Failures that the person can act on are thrown as `Failure`.
   */
  run(args: readonly string[]): Promise<number>;
}

/** Several subcommands under one name. */
export interface CommandGroup {
  readonly summary: string;
  /** What `nivel NAME --help` says after the list of its commands. */
  readonly help: string;
  readonly commands: Commands;
}

/** Commands by name; each is loaded only when it is asked for. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly command: Command | CommandGroup }>>>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true; args: string[] }>
>;

/**
 * Reads the arguments of a subcommand.
 *
 * @param words names of the words beside the options, as in the help; `[WORD]` may be left out
 * @throws Failure `WRONG_USAGE` with one line that says where help is
 */
export function readArgs<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
  words: readonly string[] = [],
): Parsed<O> {
  const parsed = parse(command, args, options);
  const extra = parsed.positionals[words.length];
  if (extra !== undefined) throw usage(command, `does not know what to do with ${JSON.stringify(extra)}`);
  const missing = words[parsed.positionals.length];
  if (missing !== undefined && !missing.startsWith('[')) throw usage(command, `needs ${missing}`);
  return parsed;
}

/** Wrong use of a subcommand: exit code 2. */
export function usage(command: string, problem: string): Failure {
  return new Failure(USAGE, `nivel ${command} ${problem}; see nivel ${command} --help`);
}

/** A whole number given on the command line. @throws Failure `WRONG_USAGE` */
export function wholeNumber(command: string, option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw usage(command, `needs a whole number from ${least} to ${most} for ${option}`);
}

function parse<O extends Options>(command: string, args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's second sentence advises on positional arguments that begin with a dash.
    const [problem = ''] = (error as Error).message.split(/[.\n]/);
    throw usage(command, `has a wrong option (${problem.trim()})`);
  }
}
