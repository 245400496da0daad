import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { AuthError } from '../auth/errors.ts';
import { logFailure, type VisitContext } from './apollo.ts';
import { readJson } from './body.ts';
import { describe, HubError, RETRY_AFTER } from './errors.ts';
import { inBytes, writeJson } from './execute/raw.ts';
import type { Life } from './life.ts';
import { sendParts, takesParts } from './parts.ts';
import { enter, type Hub, recall, serve, serveLater, type Visit } from './pipeline.ts';

type Log = (line: Readonly<Record<string, unknown>>) => void;

export interface DoorOptions {
  readonly hub: Hub;
  readonly apollo: ApolloServer<VisitContext>;
  /** Whether the log names the schema that is served. */
  readonly announced: () => boolean;
  /** Operations under way at once; more get 503. */
  readonly capacity: number;
  readonly log: Log;
}

/** `/graphql`: where operations come in and answers go out. */
export interface Door {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Why nothing may be answered yet; undefined once it may. */
  unannounced(): HubError | undefined;
  readonly closing: boolean;
  /** Takes no more operations; those under way go on. */
  close(): void;
}

/** Whether a request is for the door: the path is `/graphql`. */
export function isGraphql({ url = '' }: IncomingMessage): boolean {
  return url === '/graphql' || url.startsWith('/graphql?');
}

/**
 * Opens the door: steps 1 and 2, then the others at once for an operation that has been prepared, and behind Apollo Server, which
 * parses and validates, for one that is met for the first time.
 */
export function openDoor({ hub, apollo, announced, capacity, log }: DoorOptions): Door {
  let underWay = 0;
  let closing = false;
  // A schema answers nothing, not even itself, before the log names it.
  const unannounced = (): HubError | undefined =>
    announced() ? undefined : new HubError('LOG_UNAVAILABLE', { detail: 'schema not announced' });

  async function run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = unannounced();
    if (refused !== undefined) throw refused;
    if (closing) throw new HubError('SHUTTING_DOWN');
    if (underWay >= capacity) throw new HubError('OVERLOADED');
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    if (request.method !== 'POST') throw new HubError('NOT_POST');
    const visit: Visit = {
      life: begin(),
      authorization: authorizationOf(request),
      readBody() {
        return readJson(request);
      },
      takesParts: takesParts(request.headers.accept),
    };
    response.once('finish', () => logOperation(visit.life, response.statusCode, log));
    await enter(visit, hub);
    if (!recall(visit, hub) && !(await isValid(visit, apollo, response))) return;
    try {
      const answer = await serve(visit, hub);
      const later = serveLater(visit, hub);
      if (later.length === 0) reply(response, answer.status, answer.body);
      else await sendParts(response, answer, later, log);
    } catch (error) {
      const { shown, status } = logFailure(error, log);
      reply(response, status, writeJson({ errors: [shown] }, false));
    }
  }

  return {
    unannounced,
    get closing() {
      return closing;
    },
    close() {
      closing = true;
    },
    async answer(request, response) {
      try {
        await run(request, response);
      } catch (error) {
        refuse(response, logRefusal(error, log));
      }
    },
  };
}

/** Every Authorization header, unjoined: Node's own joining would hide that there are several. */
function authorizationOf({ rawHeaders }: IncomingMessage): readonly string[] | undefined {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 13 && rawHeaders[at]?.toLowerCase() === 'authorization')
      values.push(rawHeaders[at + 1] as string);
  return values.length === 0 ? undefined : values;
}

/** `body`: a character for each byte, so that it leaves with its head in one piece. */
function reply(response: ServerResponse, status: number, body: string): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': body.length,
  });
  response.end(body, 'latin1');
}

/**
 * Lets Apollo Server parse and validate; false: the operation is refused, and the refusal has left.
 *
 * It sees what was admitted and nothing else of the request, whose headers could ask it for traces and plans.
 */
async function isValid(visit: Visit, apollo: ApolloServer<VisitContext>, response: ServerResponse): Promise<boolean> {
  const { query, askedName, variables } = visit.life;
  const { status, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([
        ['content-type', 'application/json'],
        ['accept', 'application/json'],
      ]),
      search: '',
      body: { query, variables, ...(askedName === null ? {} : { operationName: askedName }) },
    },
    context: async () => ({ visit }),
  });
  if (visit.prepared !== undefined) return true;
  if (body.kind !== 'complete') throw new TypeError('A refusal is whole.');
  reply(response, status ?? 200, inBytes(body.string));
  return false;
}

/** What the operator may read of an operation; the audit log has the rest. */
function logOperation(life: Partial<Life>, status: number, log: Log): void {
  log({
    level: 'info',
    event: 'operation',
    status,
    ms: Math.round(performance.now() - (life.startedAt ?? 0)),
    request: life.requestId,
    audit: life.auditId,
    roles: life.principal?.roles,
    purpose: life.purpose,
    document: life.documentHash?.slice(0, 12),
  });
}

/** A life with its ids; the steps write the rest before any step reads it. */
function begin(): Life {
  return {
    requestId: randomUUID(),
    auditId: randomUUID(),
    startedAt: performance.now(),
    purpose: null,
  } as unknown as Life;
}

/** What is refused outside the steps; the operator hears of what is the hub's own fault. */
export function logRefusal(error: unknown, log: Log): HubError | AuthError {
  const refusal = known(error);
  if (refusal.status >= 500)
    log({ level: 'error', event: 'request refused', code: refusal.code, cause: refusal.detail });
  return refusal;
}

function known(error: unknown): HubError | AuthError {
  if (error instanceof HubError || error instanceof AuthError) return error;
  // An address that cannot be decoded.
  if (error instanceof URIError) return new HubError('NOT_FOUND');
  return new HubError('INTERNAL', { detail: describe(error) });
}

export function refuse(response: ServerResponse, error: HubError | AuthError): void {
  if (response.headersSent) return void response.end();
  if (error instanceof AuthError)
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  if (error.code === 'NOT_POST') response.setHeader('allow', 'POST');
  reply(
    response,
    error.status,
    writeJson({ errors: [{ message: error.message, extensions: { code: error.code } }] }, false),
  );
}
