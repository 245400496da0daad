import { expect } from 'vitest';
import { AuthError, type AuthErrorCode } from '../../auth/errors.ts';
import { ERRORS, type ErrorCode } from '../../gateway/errors.ts';
import type { HubAnswer, World } from './world.ts';

export type RefusalCode = ErrorCode | AuthErrorCode;

/** A body for `POST /graphql`: GraphQL text, an object to be sent as JSON, or a body as it is with its headers. */
export type Sent =
  | string
  | Readonly<Record<string, unknown>>
  | { readonly body: string | Uint8Array; readonly headers: Record<string, string> };

/** Posts as a demo user. */
export async function send(world: World, user: string, sent: Sent): Promise<HubAnswer> {
  const authorization = `Bearer ${await world.token(user)}`;
  const json = { 'content-type': 'application/json', authorization };
  if (typeof sent === 'string') return world.post(JSON.stringify({ query: sent }), json);
  if (typeof sent.headers !== 'object') return world.post(JSON.stringify(sent), json);
  return world.post(sent.body as string, { authorization, ...(sent.headers as Record<string, string>) });
}

/** Sends while asking whether the hub is alive; both must be answered soon. */
export async function sendAlive(world: World, user: string, sent: Sent): Promise<HubAnswer> {
  const started = performance.now();
  const [answer] = await Promise.all([send(world, user, sent), expectAlive(world)]);
  expect(performance.now() - started, 'ms to answer').toBeLessThan(2_000);
  return answer;
}

export async function expectAlive(world: World): Promise<void> {
  const started = performance.now();
  const response = await fetch(`${world.url}/health/live`);
  expect(response.status).toBe(200);
  expect(performance.now() - started, 'ms to say that it is alive').toBeLessThan(1_000);
}

/**
 * Asserts that an answer is a refusal as the hub gives them: the code's own status, JSON with errors alone, each of them a
 * sentence and a code of the tables; no data, no stack, nothing that a cache may keep.
 */
export function expectRefusal(name: string, answer: HubAnswer, code: RefusalCode): void {
  expect([name, answer.status, answer.errors[0]?.extensions.code], answer.text).toEqual([name, statusOf(code), code]);
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  expect(Object.keys(body), name).toEqual(['errors']);
  for (const error of answer.errors) {
    expect(Object.keys(error).filter((key) => !['message', 'extensions', 'locations'].includes(key))).toEqual([]);
    expect(Object.keys(error.extensions), name).toEqual(['code']);
    expect(error.message, name).not.toBe('');
    expect(statusOf(error.extensions.code as RefusalCode), name).toBe(answer.status);
  }
  expect(answer.text, name).not.toMatch(/stack|node_modules|\.ts:\d|\.js:\d|\n\s+at /);
  expect(answer.headers.get('content-type'), name).toMatch(/^application\/json/);
  expect(answer.headers.get('cache-control'), name).toBe('no-store');
}

function statusOf(code: RefusalCode): number {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].status : new AuthError(code as AuthErrorCode).status;
}
