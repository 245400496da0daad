import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { grantConsent } from '../../consent/ledger.ts';
import { CLOSED, type Listener, listenForChanges } from '../../consent/listen.ts';
import { layTcpWire, type TcpWeather, type TcpWire } from '../gateway/tcp-wire.ts';
import { BY_CLIENT, clientNumber, consentDraft, type LedgerDatabase, openLedger } from './ledger-harness.ts';

let ledger: LedgerDatabase;
let wire: TcpWire;
let listener: Listener | undefined;
/** What the listener has told, oldest first. */
let told: string[];

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.end());
beforeEach(async () => {
  told = [];
  const { host, port } = addressOf();
  wire = await layTcpWire({ host, port });
});
afterEach(async () => {
  await listener?.close();
  await wire.close();
});

const client = clientNumber(1);
const change = () => grantConsent(ledger.consents, consentDraft(client), BY_CLIENT);

function addressOf(): { url: URL; host: string; port: number } {
  const url = new URL((ledger.gateway.options as { connectionString: string }).connectionString);
  return { url, host: url.hostname, port: Number(url.port) };
}

function start(): void {
  const { url } = addressOf();
  url.hostname = '127.0.0.1';
  url.port = String(wire.port);
  listener = listenForChanges({
    connectionString: url.href,
    onNews: (news) => told.push(news),
    onListening: () => told.push('listening'),
    onLost: (cause) => told.push(`lost: ${cause}`),
  });
}

async function until(holds: () => boolean, within: number): Promise<void> {
  const deadline = performance.now() + within;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${within} ms; told: ${told.join(', ')}`);
    await sleep(5);
  }
}

test('every change is told once, within a second of its commit', async () => {
  start();
  await until(() => told.includes('listening'), 3_000);
  const epochs = [(await change()).epoch, (await change()).epoch];
  await until(() => told.length === 3, 1_000);
  expect(told.slice(1)).toEqual(epochs.map((epoch) => `${client}:${epoch}`));
  await listener?.close();
  expect(told.at(-1)).toBe(`lost: ${CLOSED}`);
});

test('a change that is undone is told to nobody', async () => {
  start();
  await until(() => told.includes('listening'), 3_000);
  const undone = grantConsent(ledger.consents, consentDraft(client), BY_CLIENT, () => Promise.reject(new Error('no')));
  await expect(undone).rejects.toThrow('no');
  await sleep(100);
  expect(told).toEqual(['listening']);
});

describe.each<TcpWeather>(['cut', 'silent', 'nonsense'])('a line that is %s', (weather) => {
  test('in mid-flight is noticed at once or within the beat, and listened on again by itself', async () => {
    start();
    await until(() => told.includes('listening'), 3_000);
    wire.turn(weather);
    await until(() => told.some((each) => each.startsWith('lost')), 1_500);
    expect(told.at(-1)).not.toContain(CLOSED);
    wire.turn('clear');
    told = [];
    await until(() => told.includes('listening'), 6_000);
    const { epoch } = await change();
    await until(() => told.includes(`${client}:${epoch}`), 1_000);
  });

  test('at the start is not listened on, holds nobody, and ends in time', async () => {
    wire.turn(weather);
    start();
    await sleep(300);
    expect(told).not.toContain('listening');
    const began = performance.now();
    await listener?.close();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test('a session that the server ends is replaced', async () => {
  start();
  await until(() => told.includes('listening'), 3_000);
  told = [];
  const { rowCount } = await ledger.admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'nivel listener' AND datname = current_database()`,
  );
  expect(rowCount).toBe(1);
  await until(() => told.includes('listening'), 3_000);
  expect(told[0]).toMatch(/^lost: /);
});
