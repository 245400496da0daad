import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { describe } from '../errors.ts';

/** What the thread is started with. */
export interface Task {
  readonly supergraphSdl: string;
}

/** What the thread is asked, one at a time. */
export interface Question {
  readonly document: string;
  readonly operationName: string | null;
}

/** What the thread says: first that it is ready, or why it never will be; then one answer a question. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** A `QueryPlan` as JSON. */
  | { readonly kind: 'plan'; readonly json: string }
  /** The plan is longer than may be sent. */
  | { readonly kind: 'large' }
  /** The planner counted more selections than it takes. */
  | { readonly kind: 'costly' }
  /** The planner threw; `cause` is the error's class, for its text may quote the document. */
  | { readonly kind: 'failed'; readonly cause: string };

/** Characters that a plan may have: beyond, reading it would hold up the event loop. */
const LONGEST_PLAN = 4 * 1024 * 1024;

/** The planner's own limits (10,000,000 selections once fragments are spread, 100,000 across subgraphs) have no class. */
const OWN_LIMIT = /^(Exceeded maximum recursive selections|Number of non-local selections exceeds limit)/;

serve(parentPort as MessagePort, workerData as Task);

function serve(port: MessagePort, { supergraphSdl }: Task): void {
  const say = (answer: Answer): void => port.postMessage(answer);
  try {
    const plan = buildPlanner(supergraphSdl);
    port.on('message', (question: Question) => say(answer(question, plan)));
    say({ kind: 'ready' });
  } catch (error) {
    // A supergraph holds nobody's data: the operator may read what is wrong with it.
    say({ kind: 'unreadable', reason: error instanceof Error ? error.message : describe(error) });
  }
}

function buildPlanner(supergraphSdl: string): (question: Question) => string {
  const supergraph = Supergraph.build(supergraphSdl);
  const schema = supergraph.apiSchema();
  // Fetches are printed without named fragments: each is read as it stands.
  const planner = new QueryPlanner(supergraph, {
    generateQueryFragments: false,
    reuseQueryFragments: false,
    incrementalDelivery: { enableDefer: true },
  });
  return ({ document, operationName }) => {
    const named = operationName === null ? {} : { operationName };
    return JSON.stringify(planner.buildQueryPlan(operationFromDocument(schema, parse(document), named)));
  };
}

function answer(question: Question, plan: (question: Question) => string): Answer {
  try {
    const json = plan(question);
    return json.length > LONGEST_PLAN ? { kind: 'large' } : { kind: 'plan', json };
  } catch (error) {
    if (error instanceof Error && OWN_LIMIT.test(error.message)) return { kind: 'costly' };
    return { kind: 'failed', cause: describe(error) };
  }
}
