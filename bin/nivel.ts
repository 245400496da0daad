import { readFileSync } from 'node:fs';
import type { CommandGroup, Commands } from './command.ts';
import { Failure, USAGE } from './failure.ts';
import { SETTINGS } from './settings.ts';
import { suggest } from './suggest.ts';
import { note, print, tolerateClosedPipes } from './terminal.ts';

const NIVEL: CommandGroup = {
  summary: 'a consent-aware GraphQL federation hub over agency registries',
  help: '',
  commands: {
    start: () => import('./commands/start.ts'),
    seed: () => import('./commands/seed.ts'),
    token: () => import('./commands/token.ts'),
    compose: () => import('./commands/compose.ts'),
    migrate: () => import('./commands/migrate.ts'),
    audit: () => import('./commands/audit.ts'),
  },
};

/**
 * The `nivel` command.
 *
 * @returns exit code: 0 done, 1 failed, 2 wrong usage; of a command that judges 0 true, 1 false, 2 could not tell; a failure is
 * one line on stderr
 */
export async function main(args: readonly string[]): Promise<number> {
  tolerateClosedPipes();
  try {
    if (['--version', '-V'].includes(args[0] ?? '')) {
      print(version());
      return 0;
    }
    return await run('nivel', NIVEL, args);
  } catch (error) {
    return failed(error);
  }
}

async function run(path: string, group: CommandGroup, [name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    note(`${path} needs a command: ${Object.keys(group.commands).join(', ')}; see ${path} --help`);
    return 2;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    const [about, ...further] = rest;
    if (about !== undefined) return run(path, group, [about, ...further, '--help']);
    print(group === NIVEL ? await help() : await helpOf(path, group));
    return 0;
  }
  const load = Object.hasOwn(group.commands, name) ? group.commands[name] : undefined;
  if (load === undefined) throw unknown(path, name, group.commands);
  const { command } = await load();
  if ('commands' in command) return run(`${path} ${name}`, command, rest);
  if (rest.includes('--help') || rest.includes('-h')) {
    print(command.help.trim());
    return 0;
  }
  return command.judges ? command.run(rest).catch((error: unknown) => failed(error, 2)) : command.run(rest);
}

function failed(error: unknown, exitCode?: number): number {
  if (!(error instanceof Failure)) throw error;
  note(error.code === USAGE ? error.message : `nivel: ${error.message} (${error.code})`);
  return exitCode ?? error.exitCode;
}

function unknown(path: string, name: string, commands: Commands): Failure {
  const near = suggest(name, Object.keys(commands));
  const hint = near === undefined ? `see ${path} --help` : `did you mean ${path} ${near}?`;
  return new Failure(USAGE, `${path} has no command ${JSON.stringify(name)}; ${hint}`);
}

async function help(): Promise<string> {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const settings = SETTINGS.map(
    ({ name, meaning, fallback }) =>
      `  ${name.padEnd(width)}  ${meaning}\n  ${''.padEnd(width)}  (default: ${fallback})`,
  );
  return [
    `nivel: ${NIVEL.summary}`,
    '',
    'Usage: nivel COMMAND [options]',
    '',
    ...(await list(NIVEL.commands)),
    '',
    'nivel COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 wrong usage.',
    '',
    'Settings, from the environment:',
    ...settings,
  ].join('\n');
}

async function helpOf(path: string, { help, commands }: CommandGroup): Promise<string> {
  return [`Usage: ${path} COMMAND [options]`, '', ...(await list(commands)), '', help.trim()].join('\n');
}

async function list(commands: Commands): Promise<string[]> {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  return Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(width)} ${(await load()).command.summary}`),
  );
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
