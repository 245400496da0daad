import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as bundle from '@graphql-yoga/render-graphiql/graphiql';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../gateway/explorer/graphiql.ts';
import { renderPage } from '../../gateway/explorer/page.ts';
import { type PresentedOperation, present } from '../../gateway/explorer/present.ts';
import { explorer } from '../../gateway/explorer.ts';
import { readOperations, trust } from '../../gateway/trusted.ts';
import { type Served, serve } from '../auth/start.ts';

const ISSUER = 'https://login.example.fi/realms/nivel';
const BROWSER = fileURLToPath(new URL('../../gateway/explorer/browser/', import.meta.url));
const OPERATIONS = readOperations(fileURLToPath(new URL('../../gateway/operations/', import.meta.url)));

let server: Served;
beforeAll(async () => {
  const app = express();
  app.use('/explorer', explorer({ issuer: ISSUER, clientId: 'nivel-explorer', operations: OPERATIONS }));
  server = await serve(app);
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const page = async (): Promise<string> => (await get('/explorer')).text();

/** As a browser asks: `fetch` decompresses, and forbids the server to answer 304. */
async function ask(path: string, headers: Record<string, string>) {
  const [response] = (await once(httpGet(server.url + path, { headers }), 'response')) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(await response.toArray()),
  };
}

/** What the page's script is given. */
async function settings(): Promise<{ issuer: string; endpoint: string; operations: PresentedOperation[] }> {
  const json = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(await page())?.[1];
  return JSON.parse(json ?? 'null');
}

/** Addresses that the page names as `src` or `href`, data: apart. */
async function linked(): Promise<string[]> {
  return [...(await page()).matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, url]) => url as string);
}

describe('the Explorer’s page', () => {
  it('lets the browser connect to this host and the issuer only', async () => {
    const response = await get('/explorer');
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('worker-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'", 'https://login.example.fi']);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    const hosts = [...directives.values()].flat().filter((source) => source?.includes('//'));
    expect(hosts).toEqual(['https://login.example.fi']);
  });

  it('names no other host than the issuer, nor do its own scripts and styles', async () => {
    const own = (await linked()).map((path) => path.replace('main.js', ''));
    expect(own).toEqual(['/explorer/style.css', '/explorer/']);
    const files = ['main.js', 'editor.js', 'signin.js', 'texts.js', 'style.css'].map((name) => `/explorer/${name}`);
    for (const path of ['/explorer', ...files]) {
      const text = (await (await get(path)).text()).replaceAll(ISSUER, '');
      expect([path, text.match(/(?:https?:)?\/\/[\w-]+\.[\w.-]+/g)]).toEqual([path, null]);
    }
  });

  it('has no inline script that runs', async () => {
    const inline = [...(await page()).matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(inline).toEqual([' type="application/json" id="settings"']);
    expect(await page()).not.toMatch(/\son\w+="/);
  });

  it('is the same with a slash at the end, and serves its folder’s other files to nobody', async () => {
    expect(await (await get('/explorer/')).text()).toBe(await page());
    for (const name of ['tsconfig.json', 'globals.d.ts', '../explorer.ts', `graphiql-${version}/constructor`]) {
      expect([name, (await get(`/explorer/${name}`)).status]).toEqual([name, 404]);
    }
  });

  it('has every text in every language', async () => {
    const { TEXTS } = await import(/* @vite-ignore */ `${BROWSER}texts.js`);
    const names = Object.keys(TEXTS.fi);
    for (const language of ['sv', 'en']) expect([language, Object.keys(TEXTS[language])]).toEqual([language, names]);
    const used = [...(await page()).matchAll(/data-(?:text|label)="(\w+)"/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !names.includes(name as string))).toEqual([]);
  });

  it('has scripts that type-check', async () => {
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const checked = promisify(execFile)(process.execPath, [tsc, '-p', BROWSER]);
    await expect(checked.catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: '' });
  }, 30_000);
});

describe('the ready operations', () => {
  it('are all on the page, trusted as they stand, titled in three languages, their variables JSON', async () => {
    const { operations, endpoint } = await settings();
    expect(endpoint).toBe('/graphql');
    expect(operations.map(({ text }) => text)).toEqual([...trust(OPERATIONS).values()]);
    const names = [
      'UnifiedView',
      'Caseload',
      'GrantConsent',
      'WithdrawConsent',
      'DenyAccess',
      'OwnData',
      'AuditEntries',
      'ExplainAccess',
      'WhoSeesWhat',
      'WhoLooked',
      'DeclareRelationship',
      'GrantEmergencyAccess',
      'RequestAccess',
      'ReviewQueue',
      'ReviewAccess',
      'ProposeConsent',
      'ConsentProposals',
      'ConfirmConsent',
      'GuardianView',
      'RecordGuardian',
      'EndGuardian',
      'RecordJointPlan',
      'EndJointPlan',
      'RestrictSight',
      'EndRestriction',
      'AuditProof',
      'AuditCheckpoint',
      'AuditAlerts',
      'TakeAlert',
      'CloseAlert',
    ];
    expect(operations.map(({ text }) => /^(?:query|mutation) (\w+)/m.exec(text)?.[1])).toEqual(names);
    for (const { titles, roles, variables } of operations) {
      expect(new Set(Object.values(titles)).size).toBe(3);
      expect(roles.length).toBeGreaterThan(0);
      expect(JSON.parse(variables)).toBeTypeOf('object');
    }
  });

  it('need no header', () => {
    const shown = present({ name: 'plain', text: '{ prisonUnits { code } }' });
    expect(shown).toMatchObject({ titles: { fi: 'plain', sv: 'plain', en: 'plain' }, roles: [], variables: '{}' });
  });

  it.each([
    ['# variables: {"id": \n{ a }', 'expected a JSON object'],
    ['# variables: [1]\n{ a }', 'expected a JSON object'],
    ['# roles: coordinator, king\n{ a }', 'unknown role'],
  ])('are refused with a header that cannot be read: %j', (text, message) => {
    expect(() => present({ name: 'broken', text })).toThrow(TypeError);
    expect(() => present({ name: 'broken', text })).toThrow(message);
  });

  it('cannot end the element that they stand in', () => {
    const evil = present({ name: '</script><script>alert(1)', text: '{ a } # </script><script>alert(1)' });
    const html = renderPage({ issuer: '', clientId: '', home: '', graphiql: '', endpoint: '', operations: [evil] });
    expect(html).not.toContain('alert(1)</script>');
    expect(html.match(/<script/g)).toHaveLength(2);
  });
});

describe('GraphiQL’s files', () => {
  const folder = `/explorer/graphiql-${version}`;

  it('are the package’s own, compressed or not, with the right type and the page’s policy', async () => {
    const files = {
      'graphiql.js': bundle.js,
      'graphiql.css': bundle.css,
      'editor.worker.js': bundle.editorWorkerService,
      'json.worker.js': bundle.jsonWorker,
      'graphql.worker.js': bundle.graphqlWorker,
    };
    for (const [name, text] of Object.entries(files)) {
      const response = await get(`${folder}/${name}`, { 'accept-encoding': 'identity' });
      expect(response.headers.get('content-encoding')).toBeNull();
      expect((await response.text()) === text, name).toBe(true);
      expect(response.headers.get('content-type')).toMatch(name.endsWith('css') ? 'text/css' : 'text/javascript');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('are fetched once: compressed, kept for good, and not sent again', async () => {
    const path = `${folder}/graphiql.js`;
    const { headers, body } = await ask(path, { 'accept-encoding': 'gzip' });
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(body.length).toBeLessThan(2_000_000);
    expect(gunzipSync(body).length).toBe(Buffer.byteLength(bundle.js));

    const again = await ask(path, { 'if-none-match': headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('are asked for again when the package changes: its version is their folder', async () => {
    expect((await get('/explorer/graphiql-0.0.0/graphiql.js')).status).toBe(404);
  });
});
