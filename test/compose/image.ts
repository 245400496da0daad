import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readRoot } from './file.ts';

export interface Image {
  /** What its WORKDIR is on this machine. */
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
}

/** What the Dockerfile copies into the last stage, from where in the checkout. */
export function copiedPaths(): string[] {
  return instructions('COPY')
    .filter((words) => !words.startsWith('--from='))
    .flatMap((words) => words.split(/\s+/).slice(0, -1));
}

/** Lays the last stage of the Dockerfile out in `folder`: the files that it copies and nothing else of the checkout. */
export function layImage(folder: string): Image {
  mkdirSync(folder);
  for (const path of copiedPaths()) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    entrypoint: JSON.parse(instructions('ENTRYPOINT')[0] ?? '[]') as string[],
    environment: Object.fromEntries(
      instructions('ENV').flatMap((words) => words.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
    ),
    user: instructions('USER').at(-1) ?? 'root',
  };
}

function instructions(name: string): string[] {
  const [, last = ''] = /.*(^FROM .*)$/ms.exec(readRoot('Dockerfile')) ?? [];
  return last
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1).trim());
}
