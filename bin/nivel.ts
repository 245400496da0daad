import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { Failure, USAGE } from './failure.ts';
import { SETTINGS } from './settings.ts';
import { suggest } from './suggest.ts';
import { note, print, tolerateClosedPipes } from './terminal.ts';

/** The subcommands; each is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  start: () => import('./commands/start.ts'),
  seed: () => import('./commands/seed.ts'),
  token: () => import('./commands/token.ts'),
  compose: () => import('./commands/compose.ts'),
  migrate: () => import('./commands/migrate.ts'),
};

/**
 * The `nivel` command.
 *
 * @returns exit code: 0 done, 1 failed, 2 wrong usage; a failure is one line on stderr
 */
export async function main(args: readonly string[]): Promise<number> {
  tolerateClosedPipes();
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    note(error.code === USAGE ? error.message : `nivel: ${error.message} (${error.code})`);
    return error.exitCode;
  }
}

async function run([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    note(`nivel needs a command: ${Object.keys(COMMANDS).join(', ')}; see nivel --help`);
    return 2;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    const [about] = rest;
    if (about !== undefined) return run([about, '--help']);
    print(await help());
    return 0;
  }
  if (['--version', '-V'].includes(name)) {
    print(version());
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw unknown(name);
  const { command } = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    print(command.help.trim());
    return 0;
  }
  return command.run(rest);
}

function unknown(name: string): Failure {
  const near = suggest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? 'see nivel --help' : `did you mean nivel ${near}?`;
  return new Failure(USAGE, `nivel has no command ${JSON.stringify(name)}; ${hint}`);
}

async function help(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(8)} ${(await load()).command.summary}`),
  );
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const settings = SETTINGS.map(
    ({ name, meaning, fallback }) =>
      `  ${name.padEnd(width)}  ${meaning}\n  ${''.padEnd(width)}  (default: ${fallback})`,
  );
  return [
    'nivel: a consent-aware GraphQL federation hub over agency registries',
    '',
    'Usage: nivel COMMAND [options]',
    '',
    ...commands,
    '',
    'nivel COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 wrong usage.',
    '',
    'Settings, from the environment:',
    ...settings,
  ].join('\n');
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
