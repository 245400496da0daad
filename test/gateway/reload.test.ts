import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { startWorld, type World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nivel-supergraph-'));
const file = join(folder, 'supergraph.graphql');
const committed = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
let world: World;

beforeAll(async () => {
  copyFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), file);
  world = await startWorld({ count: 5, hub: { supergraphFile: file } });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

const VIEW =
  'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { housing { class need } benefits { __typename } } }';
const view = () => world.ask('coordinator', VIEW, { id: CLIENT_ONE });
const logged = (event: string): number => world.log.filter((line) => String(line.event).startsWith(event)).length;

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !holds(); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('waited for 10 s');
  }
}

describe('a new supergraph file', () => {
  it('is loaded while requests go on, none of which fails', async () => {
    const before = logged('supergraph reloaded');
    const answers: number[] = [];
    let asking = true;
    const load = (async () => {
      while (asking) answers.push((await view()).status);
    })();
    // Replaced by rename, as deployments do.
    writeFileSync(
      `${file}.new`,
      committed.replace('type Benefit\n', '"""Reloaded."""\ntype Benefit\n').concat('\n# reloaded\n'),
    );
    renameSync(`${file}.new`, file);
    await until(() => logged('supergraph reloaded') > before);
    const atReload = answers.length;
    await until(() => answers.length > atReload + 3);
    asking = false;
    await load;
    expect(new Set(answers), JSON.stringify(world.log.filter(({ level }) => level !== 'info'))).toEqual(new Set([200]));
  });

  it('that classifies a field anew is obeyed at once, whatever was kept of the one before', async () => {
    expect((await view()).data.client.housing).not.toBeNull();
    const before = logged('supergraph reloaded');
    const stricter = committed.replace(
      /(housing: Housing [^\n]*)@category\(name: "HOUSING"\)/,
      '$1@category(name: "HOUSING") @category(name: "HEALTH_CONDITIONS")',
    );
    expect(stricter).not.toBe(committed);
    writeFileSync(file, stricter);
    await until(() => logged('supergraph reloaded') > before);
    const { data, access } = await view();
    expect(data.client.housing).toBeNull();
    expect(data.client.benefits).not.toBeNull();
    expect(access.map(({ category }) => category)).toEqual(['HEALTH_CONDITIONS']);
    const body = JSON.parse(world.wires.social.requests.at(-1) ?? '{}');
    expect(body.query).not.toContain('housing');
    writeFileSync(file, committed);
    await until(() => logged('supergraph reloaded') > before + 1);
  });

  it('that does not load is refused with one line, and the one before stays', async () => {
    for (const broken of ['type Query {', 'type Query { hello: String }', '']) {
      const before = logged('supergraph refused');
      writeFileSync(file, broken);
      await until(() => logged('supergraph refused') > before);
      expect((await view()).status).toBe(200);
    }
  });
});
