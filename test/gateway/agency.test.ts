import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { buildConnector, Client } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantText, type PassDraft, PassVerifier } from '../../auth/pass.ts';
import { exchange } from '../../gateway/agency/exchange.ts';
import type { Fault } from '../../gateway/agency/fault.ts';
import { Agency, type AgencyOptions } from '../../gateway/agency.ts';
import { HubError } from '../../gateway/errors.ts';
import { inBytes } from '../../gateway/execute/raw.ts';
import { type Conduct, http, pour, type RawAgency, type RawRequest, startRawAgency, trickle } from './raw-agency.ts';

const KEY = randomBytes(32);
const PASS: PassDraft = {
  auditId: '00000000-0000-4000-8000-000000000001',
  caller: '{"id":"someone","roles":["coordinator"]}',
  purpose: null,
  grants: '[]',
};
const GOOD = http('{"data":{"ok":true}}');
const well: Conduct = (socket) => socket.write(GOOD);
const SECRET = 'secret of the agency';

let raw: RawAgency;
let other: RawAgency;
const opened: Agency[] = [];
let observed: Parameters<AgencyOptions['observe']>[0][] = [];
let changes: string[] = [];

beforeEach(async () => {
  raw = await startRawAgency(well);
  other = await startRawAgency(well);
  observed = [];
  changes = [];
});
afterEach(async () => {
  await Promise.all([raw, other, ...opened.splice(0)].map((each) => each.close()));
});

function open(options: Partial<AgencyOptions> = {}): Agency {
  const agency = new Agency({
    name: 'health',
    url: raw.url,
    passKey: KEY,
    timeout: 2_000,
    observe: (request) => observed.push(request),
    onBreaker: ({ state }) => changes.push(state),
    ...options,
    limits: { joined: 1, ...options.limits },
  });
  opened.push(agency);
  return agency;
}

const read = (agency: Agency) => agency.ask('{ ok }', '{}', PASS, { mutation: false });
const change = (agency: Agency) => agency.ask('mutation { ok }', '{}', PASS, { mutation: true });

/** Asks, is refused, and gives the fault and its detail in one line. */
async function refused(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubError);
  expect((error as HubError).code).toBe('AGENCY_UNAVAILABLE');
  expect(JSON.stringify(error) + (error as HubError).detail).not.toContain(SECRET);
  return ((error as HubError).detail ?? '').replace('health: ', '');
}

/** Requests that came to the agency while this ran. */
async function came(run: () => Promise<unknown>): Promise<number> {
  const before = raw.requests.length;
  await run();
  return raw.requests.length - before;
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds() && waited < 2_000; waited += 5) await pause(5);
  expect(holds()).toBe(true);
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const say =
  (bytes: string | Buffer): Conduct =>
  (socket) =>
    socket.write(bytes);
const json = (body: string | Buffer): Conduct => say(http(body));

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const LONG = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n';
const deep = (levels: number) => `{"data":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;

/** What the agency does × the fault × how often a query is sent; a mutation is always sent once. */
const CONDUCT: readonly [what: string, conduct: Conduct, fault: Fault, detail: RegExp, queries?: number][] = [
  [
    'resets the connection before it answers',
    (socket) => socket.resetAndDestroy(),
    'connection lost',
    /ECONNRESET|UND_ERR_SOCKET/,
    2,
  ],
  ['ends the connection before it answers', (socket) => socket.end(), 'connection lost', /UND_ERR_SOCKET/, 2],
  [
    'ends the connection in the status line',
    (socket) => socket.end('HTTP/1.1 2'),
    'connection lost',
    /UND_ERR_SOCKET/,
    2,
  ],
  [
    'switches protocols',
    say('HTTP/1.1 101 x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    'connection lost',
    /UND_ERR_SOCKET/,
    2,
  ],
  ['says nothing', () => {}, 'timed out', /^$/],
  [
    'trickles the headers',
    (socket) => {
      socket.write('HTTP/1.1 200 x\r\na: ');
      trickle(socket, Buffer.from('x'));
    },
    'timed out',
    /^$/,
  ],
  [
    'trickles the body',
    (socket) => {
      socket.write(LONG);
      trickle(socket, Buffer.from(' '));
    },
    'timed out',
    /^$/,
  ],
  [
    'answers interim answers for ever',
    (socket) => pour(socket, Buffer.from('HTTP/1.1 102 x\r\n\r\n'.repeat(100))),
    'timed out',
    /^$/,
  ],
  [
    'says a longer length than it sends',
    say(`HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":{}}`),
    'timed out',
    /^$/,
  ],
  [
    'never stops answering',
    (socket) => {
      socket.write(LONG);
      pour(socket, Buffer.alloc(1 << 16, ' '));
    },
    'answer too large',
    /^$/,
  ],
  [
    'never stops answering in chunks',
    (socket) => {
      socket.write(CHUNKED);
      pour(socket, Buffer.from(`ffff\r\n${' '.repeat(0xffff)}\r\n`));
    },
    'answer too large',
    /^$/,
  ],
  [
    'never stops answering in chunks of one byte',
    (socket) => {
      socket.write(CHUNKED);
      pour(socket, Buffer.from('1\r\n \r\n'.repeat(5_000)));
    },
    'answer too large',
    /^$/,
  ],
  [
    'never stops, and closes',
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${' '.repeat(70_000)}`),
    'answer too large',
    /^$/,
  ],
  [
    'never stops its headers',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      pour(socket, Buffer.from('a: b\r\n'.repeat(500)));
    },
    'answer broken',
    /UND_ERR_HEADERS_OVERFLOW/,
  ],
  [
    'breaks off in the middle',
    (socket) => socket.end(`${LONG}{"data":{"g0"`),
    'answer broken',
    /HTTPParserError|UND_ERR/,
  ],
  [
    'resets in the middle',
    (socket) => socket.write(`${LONG}{"data"`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
    'answer broken',
    /ECONNRESET|UND_ERR_SOCKET/,
  ],
  [
    'breaks off between chunks',
    (socket) => socket.end(`${CHUNKED}b\r\n{"data":{}}\r\n`),
    'answer broken',
    /HTTPParserError|UND_ERR/,
  ],
  [
    'breaks off where no length was said',
    (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"data":{'),
    'answer broken',
    /not JSON/,
  ],
  [
    'says a shorter length than it sends',
    say(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"data":{}}`),
    'answer broken',
    /not JSON/,
  ],
  [
    'says two lengths',
    say(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 11\r\n\r\n{"data":{}}`),
    'answer broken',
    /HTTPParserError|UND_ERR_RES/,
  ],
  [
    'says a length that is no number',
    say(`HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{"data":{}}`),
    'answer broken',
    /HTTPParserError|UND_ERR_RES/,
  ],
  [
    'says a length and chunks',
    say(`HTTP/1.1 200 OK\r\ncontent-length: 11\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{"data":{}}\r\n0\r\n\r\n`),
    'answer broken',
    /HTTPParserError|UND_ERR_RES/,
  ],
  ['speaks no HTTP', say(`SSH-2.0-${SECRET}\r\n`), 'answer broken', /HTTPParserError|UND_ERR_RES/],
  ['answers 204', say('HTTP/1.1 204 x\r\n\r\n'), 'answer broken', /status 204/],
  [
    'sends elsewhere',
    say(http('', { status: 302, head: 'location: http://127.0.0.1:1/\r\n' })),
    'answer broken',
    /status 302/,
  ],
  [
    'answers 500 with a GraphQL answer',
    say(http('{"data":{"ok":true}}', { status: 500 })),
    'answer broken',
    /status 500/,
  ],
  [
    'answers 503 for ever',
    (socket) => {
      socket.write(LONG.replace('200', '503'));
      pour(socket, Buffer.alloc(1 << 16, 'x'));
    },
    'answer broken',
    /status 503/,
  ],
  ['answers 401', say(http(SECRET, { status: 401 })), 'request refused', /status 401/],
  ['answers 429', say(http(SECRET, { status: 429 })), 'request refused', /status 429/],
  ['answers a web page', json(`<h1>${SECRET}</h1>`), 'answer broken', /not JSON/],
  ['answers nothing', json(''), 'answer broken', /not JSON/],
  ['answers half a JSON', json('{"data":{"ok":tr'), 'answer broken', /not JSON/],
  ['answers two JSONs', json('{"data":{}}{"data":{}}'), 'answer broken', /not JSON/],
  ['answers with a byte order mark', json('\ufeff{"data":{}}'), 'answer broken', /not JSON/],
  [
    'answers compressed',
    say(http(gzipSync('{"data":{}}'), { head: 'content-encoding: gzip\r\n' })),
    'answer broken',
    /not UTF-8/,
  ],
  ['answers in Latin 1', json(Buffer.from('{"data":{"a":"työ"}}', 'latin1')), 'answer broken', /not UTF-8/],
  ['answers null', json('null'), 'answer broken', /no object/],
  ['answers a text', json(`"${SECRET}"`), 'answer broken', /no object/],
  ['answers a list', json('[{"data":{}}]'), 'answer broken', /no object/],
  ['answers a list as data', json('{"data":[]}'), 'answer broken', /data/],
  ['answers a number as data', json('{"data":7}'), 'answer broken', /data/],
  ['answers neither data nor errors', json('{}'), 'answer broken', /neither/],
  ['answers no data and does not say why', json('{"data":null,"errors":[]}'), 'answer broken', /neither/],
  ['answers errors that are no list', json('{"data":{},"errors":{}}'), 'answer broken', /errors/],
  ['answers an error that is a text', json(`{"data":{},"errors":["${SECRET}"]}`), 'answer broken', /errors/],
  ['answers a prototype', json('{"data":{"__proto__":{"isAdmin":true}}}'), 'answer broken', /__proto__/],
  ['answers a prototype in a list', json('{"data":{"a":[{"b":[{"__proto__":[]}]}]}}'), 'answer broken', /__proto__/],
  [
    'answers a prototype spelt with escapes',
    json('{"data":{"\\u005f_pr\\u006Fto__":{}}}'),
    'answer broken',
    /__proto__/,
  ],
  [
    'answers a prototype below many lists',
    json(deep(1e5).replace('[]', '[{"__proto__":1}]')),
    'answer broken',
    /__proto__/,
  ],
];

describe('a bad answer costs itself alone', () => {
  it.each(CONDUCT)('the agency %s', async (what, conduct, fault, detail, queries = 1) => {
    const limits = { answer: fault === 'answer too large' || what.includes('503 for ever') ? 65_536 : 4 << 20 };
    const agency = open({ timeout: fault === 'timed out' ? 150 : 5_000, limits });
    const neighbour = open({ name: 'social', url: other.url });
    // On a connection that is kept, and on a new one.
    for (const ask of [read, change]) {
      await read(agency);
      raw.conduct = conduct;
      const started = performance.now();
      let cause = '';
      const sent = await came(async () => {
        const asked = refused(ask(agency));
        expect((await read(neighbour)).data).toEqual({ ok: true });
        cause = await asked;
      });
      expect(performance.now() - started).toBeLessThan(4_000);
      const [said, told = ''] = cause.split(': ');
      expect(said).toBe(fault);
      expect(told).toMatch(detail);
      expect(sent).toBe(ask === read ? queries : 1);
      expect(observed.filter(({ agency }) => agency === 'health').at(-1)).toMatchObject({ fault, cause });
      raw.conduct = well;
      expect((await read(agency)).data).toEqual({ ok: true });
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('nobody listens', async () => {
    const gone = await startRawAgency(well);
    await gone.close();
    expect(await refused(read(open({ url: gone.url })))).toMatch(/^connection failed: Error ECONNREFUSED/);
  });

  it('the connection never comes about, and when it does too late nothing is sent', async () => {
    // A server that takes connections and never answers the TLS handshake.
    const agency = open({ url: raw.url.replace('http:', 'https:'), timeout: 150 });
    const started = performance.now();
    expect(await came(async () => expect(await refused(change(agency))).toBe('timed out'))).toBe(0);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('the connection comes about too late: nothing is sent over it', async () => {
    const connect = buildConnector({});
    const client = new Client(new URL(raw.url).origin, {
      connect: (options, done) => void setTimeout(() => connect(options, done), 150),
    });
    const hold = { held: 0, limit: 1_000 };
    const late = exchange(client, {
      path: '/graphql',
      headers: {},
      body: Buffer.from('{}'),
      timeout: 50,
      limit: 1_000,
      hold,
    });
    await expect(late).rejects.toMatchObject({ fault: 'timed out' });
    expect(raw.connections.most).toBe(0);
    await until(() => raw.connections.most === 1);
    const next = exchange(client, {
      path: '/next',
      headers: {},
      body: Buffer.from('{}'),
      timeout: 2_000,
      limit: 1_000,
      hold,
    });
    expect((await next).toString()).toBe('{"data":{"ok":true}}');
    expect(raw.requests.map(({ path }) => path)).toEqual(['/next']);
    await client.close();
  });

  it('an agency that is closed', async () => {
    const agency = open();
    await agency.close();
    opened.pop();
    expect(await refused(read(agency))).toMatch(
      /^connection failed: ClientDestroyedError|^connection failed: ClientClosedError/,
    );
  });
});

describe('a good answer', () => {
  it('comes to a question that was sent as UTF-8, and signed as it was sent', async () => {
    const caller = { id: 'Työntekijä 😀', roles: ['coordinator'] } as const;
    const clients = ['one', 'another'];
    const grants = `[${grantText({ categories: ['HOUSING'], own: [] }, '"one","another"')}]`;
    await open().ask(
      '{ ok(a: "Äyrämö €") }',
      inBytes('{"a":"ö € 😀"}'),
      { ...PASS, caller: inBytes(JSON.stringify(caller)), grants },
      { mutation: false },
    );
    const [{ headers, path, body }] = raw.requests as [RawRequest];
    expect(JSON.parse(body)).toEqual({
      query: '{ ok(a: "Äyrämö €") }',
      variables: { a: 'ö € 😀' },
      extensions: { pass: { ...PASS, caller, grants: [{ categories: ['HOUSING'], own: [], clients }] } },
    });
    expect(new PassVerifier(KEY, 'health').verify(headers, path, Buffer.from(body), Date.now() / 1000)).toBeNull();
  });

  it('is data and errors as GraphQL has them, and its size', async () => {
    const text = JSON.stringify({
      data: { a: { $ref: 'työ', b: [null, 1.5] }, constructor: 1 },
      errors: [
        { message: SECRET, path: ['a', 0, 'b'], extensions: { code: 'GONE', stack: SECRET } },
        { message: SECRET, path: ['a', { b: 1 }], extensions: { code: `${SECRET}` } },
        { message: SECRET, path: ['__proto__', 'a'], extensions: [] },
        { message: SECRET, path: ['a', -1, 0.5] },
        {},
      ],
      extensions: { anything: SECRET },
    });
    raw.conduct = json(text);
    const answer = await read(open());
    expect(answer).toEqual({
      data: { a: { $ref: 'työ', b: [null, 1.5] }, constructor: 1 },
      errors: [{ code: 'GONE', path: ['a', 0, 'b'] }, { code: '' }, { code: '' }, { code: '' }, { code: '' }],
      bytes: Buffer.byteLength(text),
    });
  });

  it.each([
    ['in one piece', (text: string): Conduct => json(text)],
    [
      'in chunks',
      (text: string): Conduct =>
        (socket) =>
          socket.write(
            `${CHUNKED}${[...Buffer.from(text)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('')}0\r\n\r\n`,
            'latin1',
          ),
    ],
    [
      'until the connection ends',
      (text: string): Conduct =>
        (socket) =>
          socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${text}`),
    ],
    [
      'after interim answers',
      (text: string): Conduct =>
        (socket) =>
          socket.write(Buffer.concat([Buffer.from('HTTP/1.1 103 x\r\nlink: x\r\n\r\n'), http(text)])),
    ],
  ])('%s', async (_how, conductOf) => {
    const agency = open();
    raw.conduct = conductOf('{"data":{"työ":"__proto__ \\u0070 \\u00e4"},"errors":[]}');
    for (let n = 0; n < 3; n += 1) {
      expect(await read(agency)).toEqual({ data: { työ: '__proto__ p ä' }, errors: [], bytes: 55 });
    }
  });

  it('of the largest size there may be, and one byte more', async () => {
    const agency = open({ limits: { answer: 100_000 } });
    const filled = (size: number) => http(`{"data":{"a":"${'x'.repeat(size - 17)}"}}`);
    raw.conduct = say(filled(100_000));
    expect((await read(agency)).bytes).toBe(100_000);
    raw.conduct = say(filled(100_001));
    expect(await refused(read(agency))).toBe('answer too large');
  });

  it('in so many small pieces that reading them costs as much as one too large', async () => {
    const agency = open({ limits: { answer: 65_536 } });
    const text = `{"data":{"a":"${'x'.repeat(983)}"}}`;
    const pieces = (length: number): Conduct => {
      const chunks = text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
      return say(`${CHUNKED}${chunks.map((each) => `${each.length.toString(16)}\r\n${each}\r\n`).join('')}0\r\n\r\n`);
    };
    raw.conduct = pieces(10);
    expect((await read(agency)).bytes).toBe(1_000);
    raw.conduct = pieces(1);
    expect(await refused(read(agency))).toBe('answer too large');
  });

  it('as deep as an agency likes', async () => {
    raw.conduct = json(deep(1e6));
    expect((await read(open())).bytes).toBe(deep(1e6).length);
  });

  it('over connections that are kept', async () => {
    const agency = open();
    for (let n = 0; n < 10; n += 1) await read(agency);
    // The next question may go out before the connection of the last is free.
    expect(raw.connections.most).toBeLessThanOrEqual(2);
  });
});

describe('a lost connection', () => {
  /** What a real agency would say of the passes that came. */
  const verified = (from: number) => {
    const verifier = new PassVerifier(KEY, 'health');
    return raw.requests
      .slice(from)
      .map(({ headers, path, body }) =>
        verifier.verify(headers, path, Buffer.from(body), Math.floor(Date.now() / 1000)),
      );
  };
  const lost =
    (times: number): Conduct =>
    (socket, _request, nth) =>
      nth <= times ? socket.destroy() : socket.write(GOOD);

  it('of a query: sent once more with a new pass, and no fault', async () => {
    const agency = open({ limits: { failures: 1 } });
    const from = raw.requests.length;
    raw.conduct = lost(from + 1);
    expect((await read(agency)).data).toEqual({ ok: true });
    expect(verified(from)).toEqual([null, null]);
    expect(raw.requests[from]?.body).toBe(raw.requests[from + 1]?.body);
    expect(observed.map(({ fault }) => fault)).toEqual([undefined]);
    expect(changes).toEqual([]);
  });

  it('of a query twice: a fault', async () => {
    const from = raw.requests.length;
    raw.conduct = lost(from + 2);
    expect(await refused(read(open()))).toMatch(/^connection lost/);
    expect(verified(from)).toEqual([null, null]);
  });

  it('of a mutation: never sent again', async () => {
    const from = raw.requests.length;
    raw.conduct = lost(from + 1);
    expect(await refused(change(open()))).toMatch(/^connection lost/);
    await pause(50);
    expect(verified(from)).toEqual([null]);
  });

  it('both times together have the time of one', async () => {
    const agency = open({ timeout: 1_000 });
    const from = raw.requests.length;
    raw.conduct = (socket, _request, nth) => nth === from + 1 && setTimeout(() => socket.destroy(), 800);
    const started = performance.now();
    expect(await refused(read(agency))).toBe('timed out');
    expect(performance.now() - started).toBeLessThan(1_600);
    expect(raw.requests.length - from).toBe(2);
  });

  it('all at once, of many queries, while the agency starts anew: all are answered', async () => {
    const agency = open();
    await Promise.all(Array.from({ length: 20 }, () => read(agency)));
    const from = raw.requests.length;
    raw.conduct = lost(from + 20);
    const answers = await Promise.all(Array.from({ length: 20 }, () => read(agency)));
    expect(answers.every(({ data }) => data?.ok === true)).toBe(true);
  });
});

describe('so many at once', () => {
  it('under way and waiting; one more is refused at once, and sent to nobody', async () => {
    const agency = open({ limits: { underWay: 3, waiting: 2 } });
    const answers: (() => void)[] = [];
    raw.conduct = (socket) => answers.push(() => socket.write(GOOD));
    const asked = Array.from({ length: 5 }, () => read(agency));
    await until(() => answers.length === 3);
    const started = performance.now();
    expect(await refused(read(agency))).toBe('bulkhead');
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(raw.connections.open).toBe(3);
    for (let answered = 0; answered < 5; answered += 1) {
      await until(() => answers.length > answered);
      answers[answered]?.();
    }
    expect((await Promise.all(asked)).length).toBe(5);
    expect(raw.connections.open).toBe(3);
    raw.conduct = well;
    expect((await read(agency)).data).toEqual({ ok: true });
    // That there were too many is not the agency's fault.
    expect(changes).toEqual([]);
  });

  it('who waits has no more time than the others, and is not sent afterwards', async () => {
    const agency = open({ timeout: 200, limits: { underWay: 1, waiting: 5, failures: 100 } });
    // The first question of all takes longer, and would leave the others a little of their time.
    await read(agency);
    raw.conduct = () => {};
    const started = performance.now();
    const sent = await came(async () => {
      const causes = await Promise.all(Array.from({ length: 6 }, () => refused(read(agency))));
      expect(causes.every((cause) => cause.startsWith('timed out'))).toBe(true);
      expect(performance.now() - started).toBeLessThan(1_000);
      raw.conduct = well;
      await pause(100);
    });
    expect(sent).toBe(1);
    expect((await read(agency)).data).toEqual({ ok: true });
  });

  it('one agency’s crowd is not another’s', async () => {
    const agency = open({ timeout: 300, limits: { underWay: 2, waiting: 2 } });
    const neighbour = open({ name: 'social', url: other.url, limits: { underWay: 2, waiting: 2 } });
    raw.conduct = () => {};
    const asked = Array.from({ length: 4 }, () => refused(read(agency)));
    for (let n = 0; n < 20; n += 1) await read(neighbour);
    expect(await Promise.all(asked)).toHaveLength(4);
  });
});

describe('the breaker', () => {
  const trip = async (agency: Agency, times: number) => {
    raw.conduct = say(http('', { status: 503 }));
    for (let n = 0; n < times; n += 1) expect(await refused(read(agency))).toBe('answer broken: status 503');
  };

  it('opens after so many faults in a row: refused at once, nothing sent, said once', async () => {
    const agency = open({ limits: { failures: 3, openFor: 60_000 } });
    await trip(agency, 2);
    expect([agency.isShut, changes]).toEqual([false, []]);
    await trip(agency, 1);
    raw.conduct = well;
    const sent = await came(async () => {
      const causes = await Promise.all(Array.from({ length: 20 }, () => refused(read(agency))));
      expect(new Set(causes)).toEqual(new Set(['breaker open']));
    });
    expect([sent, agency.isShut, changes]).toEqual([0, true, ['open']]);
    expect(observed.at(-1)).toMatchObject({ fault: 'breaker open', cause: 'breaker open' });
  });

  it('lets one through after a time, and the others wait for nothing; closes when that one is answered', async () => {
    const agency = open({ limits: { underWay: 1, failures: 1, openFor: 100 } });
    await trip(agency, 1);
    await pause(120);
    let answer = (): void => {};
    raw.conduct = (socket) => {
      answer = () => socket.write(GOOD);
    };
    const sent = await came(async () => {
      const probe = read(agency);
      const started = performance.now();
      for (let n = 0; n < 5; n += 1) expect(await refused(read(agency))).toBe('breaker open');
      expect(performance.now() - started).toBeLessThan(1_000);
      await until(() => raw.requests.length > 0);
      await pause(30);
      answer();
      expect((await probe).data).toEqual({ ok: true });
    });
    expect([sent, agency.isShut, changes]).toEqual([1, false, ['open', 'closed']]);
    raw.conduct = well;
    expect((await read(agency)).data).toEqual({ ok: true });
  });

  it('stays open when that one fails, and says no more of it', async () => {
    const agency = open({ limits: { failures: 1, openFor: 600 } });
    await trip(agency, 1);
    for (let n = 0; n < 2; n += 1) {
      await pause(620);
      expect(await came(() => trip(agency, 1))).toBe(1);
      expect(await refused(read(agency))).toBe('breaker open');
    }
    expect([agency.isShut, changes]).toEqual([true, ['open']]);
  });

  it('an answer in between begins the count anew', async () => {
    const agency = open({ limits: { failures: 3, openFor: 60_000 } });
    for (let n = 0; n < 3; n += 1) {
      await trip(agency, 2);
      raw.conduct = well;
      await read(agency);
    }
    expect(changes).toEqual([]);
  });

  it.each<[what: string, conduct: Conduct]>([
    ['loses connections', (socket) => socket.destroy()],
    ['says nothing', () => {}],
    ['answers 500', say(http('', { status: 500 }))],
    ['answers a web page', json('<h1>Maintenance</h1>')],
    ['breaks off', (socket) => socket.end(`${LONG}{"data"`)],
  ])('opens for an agency that %s', async (_what, conduct) => {
    const agency = open({ timeout: 100, limits: { failures: 2, openFor: 60_000 } });
    raw.conduct = conduct;
    for (let n = 0; n < 2; n += 1) await refused(change(agency));
    expect(changes).toEqual(['open']);
  });

  it.each<[what: string, conduct: Conduct, isAnswer: boolean]>([
    ['answers with errors', json('{"data":null,"errors":[{"message":"no"}]}'), true],
    ['refuses the request', say(http('', { status: 400 })), false],
    ['has too much to say', json(' '.repeat(70_000)), false],
  ])('stays closed for an agency that %s', async (_what, conduct, isAnswer) => {
    const agency = open({ limits: { failures: 2, openFor: 60_000, answer: 65_536 } });
    raw.conduct = conduct;
    for (let n = 0; n < 5; n += 1) {
      if (isAnswer) await read(agency);
      else await refused(read(agency));
    }
    expect([agency.isShut, changes]).toEqual([false, []]);
  });

  it('those that wait when it opens are not sent', async () => {
    const agency = open({ timeout: 2_000, limits: { underWay: 1, waiting: 9, failures: 1, openFor: 60_000 } });
    raw.conduct = (socket) => setTimeout(() => socket.destroy(), 50);
    const sent = await came(async () => {
      const causes = await Promise.all(Array.from({ length: 10 }, () => refused(change(agency))));
      expect(causes.slice(1)).toEqual(Array.from({ length: 9 }, () => 'breaker open'));
    });
    expect(sent).toBe(1);
  });
});

describe('memory', () => {
  it('is bounded for one agency, however many of its answers never end; what is over is not read', async () => {
    const MB = 1 << 20;
    const agency = open({ timeout: 5_000, limits: { answer: 4 * MB, answers: 8 * MB } });
    const neighbour = open({ name: 'social', url: other.url });
    let closed = 0;
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, ' ');
    raw.conduct = (socket) => {
      socket.once('close', () => {
        closed += 1;
      });
      socket.write(LONG);
      const pump = (): void => {
        while (!socket.destroyed) {
          sent += chunk.byteLength;
          if (!socket.write(chunk)) return void socket.once('drain', pump);
        }
      };
      pump();
    };
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 1);
    const held = process.memoryUsage().arrayBuffers;
    const asked = Array.from({ length: 30 }, () => refused(read(agency)));
    expect((await read(neighbour)).data).toEqual({ ok: true });
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['answer too large']));
    clearInterval(watch);
    await until(() => closed === 30);
    // 30 × 4 MB would be 120; the rest is what the kernel holds of each connection, and garbage not collected yet.
    expect(sent).toBeLessThan(30 * 4 * MB + 30 * 8 * MB);
    expect(most - held).toBeLessThan(90 * MB);
    // Nothing is held any more: an answer of nearly all there may be goes through.
    raw.conduct = json(`{"data":{"a":"${'x'.repeat(4 * MB - 100)}"}}`);
    for (let n = 0; n < 3; n += 1) expect((await read(agency)).bytes).toBeGreaterThan(4 * MB - 100);
  });
});
