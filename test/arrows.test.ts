import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = join(ROOT, 'node_modules/.bin/biome');
const folder = mkdtempSync(join(tmpdir(), 'nivel-arrows-'));

beforeAll(() => {
  cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('git', ['init', '-q'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter says of a file with this text at this place. */
function lint(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { stdout, stderr } = spawnSync(BIOME, ['lint', '--max-diagnostics=none', ...Object.keys(files)], {
    cwd: folder,
    encoding: 'utf8',
  });
  for (const path of Object.keys(files)) rmSync(join(folder, path));
  return stdout + stderr;
}

const importing = (from: string): string => `import { x } from '${from}';\nexport const y = x;\n`;

describe('an arrow the wrong way fails the lint', () => {
  it.each([
    ['schema/x.ts', '../auth/x.ts'],
    ['auth/x.ts', '../consent/x.ts'],
    ['consent/x.ts', '../audit/x.ts'],
    ['audit/x.ts', '../gateway/x.ts'],
    ['population/x.ts', '../subgraphs/x.ts'],
    ['subgraphs/x.ts', '../gateway/x.ts'],
    ['gateway/x.ts', '../subgraphs/x.ts'],
    ['gateway/execute/x.ts', '../../subgraphs/x.ts'],
    ['bin/x.ts', '../test/x.ts'],
    ['subgraphs/health/x.ts', '../../gateway/x.ts'],
  ])('%s → %s', (file, target) => {
    expect(lint({ [file]: importing(target) })).toContain('This arrow points the wrong way');
  });

  it.each([
    ['subgraphs/health/x.ts', '../social/x.ts'],
    ['subgraphs/consents/x.ts', '../auditing/x.ts'],
    ['subgraphs/health/x.ts', '../../subgraphs/social/x.ts'],
    // Also for one that nobody has thought of yet.
    ['subgraphs/added/x.ts', '../health/x.ts'],
    ['subgraphs/health/x.ts', '../added/x.ts'],
  ])('%s → %s, agency to agency', (file, target) => {
    expect(lint({ [file]: importing(target) })).toContain('An agency never imports another agency');
  });

  it.each([
    ['consent/decide.ts', 'pg'],
    ['consent/tables.ts', 'node:fs'],
    ['gateway/execute/prune.ts', 'undici'],
  ])('%s → %s, I/O in a PURE file', (file, target) => {
    expect(lint({ [file]: importing(target) })).toContain('A PURE file does no I/O');
  });

  it.each([
    ['audit/verify/x.ts', '../note.ts'],
    ['audit/verify/x.ts', '../alerts/kinds.ts'],
    ['audit/verify/x.ts', '../../schema/categories.ts'],
    ['audit/verify/x.ts', '../../audit/merkle.ts'],
    ['audit/verify/x.ts', '../../gateway/x.ts'],
  ])('%s → %s, the verifier shares nothing', (file, target) => {
    expect(lint({ [file]: importing(target) })).toContain('The verifier shares no code with the log');
  });

  it('a cycle', () => {
    const said = lint({ 'audit/one.ts': importing('./two.ts'), 'audit/two.ts': importing('./one.ts') });
    expect(said).toContain('noImportCycles');
  });

  it('and the right way passes', () => {
    const said = lint({
      'gateway/x.ts': importing('../consent/decide.ts'),
      'subgraphs/health/x.ts': importing('../load.ts'),
      'subgraphs/social/x.ts': importing('../../schema/codes/x.ts'),
      'subgraphs/added/x.ts': importing('./y.ts'),
      'audit/verify/x.ts': importing('./note.ts'),
      'bin/x.ts': importing('../audit/verify/note.ts'),
    });
    expect(said).not.toMatch(/noRestrictedImports|noImportCycles/);
  });
});
