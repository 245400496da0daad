import fc from 'fast-check';
import { choices } from './choices.ts';

/** Operations that a random comparison runs: `NIVEL_RUNS`. */
export const RUNS = Number(process.env.NIVEL_RUNS ?? 2_000);

/** Where they begin: `NIVEL_SEED`, which a failure prints. */
export const SEED = Number(process.env.NIVEL_SEED ?? 20_261_122);

/** Operations on each graph, because composing one takes longer than answering. */
const OPERATIONS = 20;

/** For as long as this a failure is made smaller, ms. */
const SHRINKING = 20_000;

export interface Comparison<Graph> {
  /** Operations to be answered. */
  readonly runs: number;
  /** Choices that a graph and an operation may take. */
  readonly longest: { readonly graph: number; readonly operation: number };
  /** Null when composition refuses the graph. */
  readonly draw: (numbers: readonly number[]) => Graph | null;
  /** Throws when the answers differ. */
  readonly answer: (graph: Graph, numbers: readonly number[]) => Promise<Outcome>;
}

/** `misplanned`: the plan leads to another answer, whoever runs it. */
export type Outcome = 'answered' | 'invalid' | 'unplannable' | 'misplanned';

export type Seen = Record<'refused' | Outcome, number>;

/** Answers random operations on random graphs; throws the smallest failure that it finds, with the seed. */
export async function compare<Graph>({ runs, longest, draw, answer }: Comparison<Graph>): Promise<Seen> {
  const seen: Seen = { refused: 0, answered: 0, invalid: 0, unplannable: 0, misplanned: 0 };
  const operations = fc.array(choices(longest.operation), { minLength: OPERATIONS, maxLength: OPERATIONS });
  for (let batch = 0; seen.answered < runs; batch += 1) {
    const seed = SEED + batch;
    for (const [graph, drawn] of fc.sample(fc.tuple(choices(longest.graph), operations), { seed, numRuns: 10 })) {
      if (seen.answered >= runs) break;
      const known = draw(graph);
      if (known === null) seen.refused += 1;
      else
        for (const numbers of drawn) {
          try {
            seen[await answer(known, numbers)] += 1;
          } catch (error) {
            throw await smallest([graph, numbers], { runs, longest, draw, answer }, seed, error);
          }
        }
    }
  }
  return seen;
}

async function smallest<Graph>(
  example: [readonly number[], readonly number[]],
  { longest, draw, answer }: Comparison<Graph>,
  seed: number,
  first: unknown,
): Promise<Error> {
  let last = first;
  await fc.check(
    fc.asyncProperty(choices(longest.graph), choices(longest.operation), async (graph, numbers) => {
      const known = draw(graph);
      if (known === null) return;
      try {
        await answer(known, numbers);
      } catch (error) {
        last = error;
        throw error;
      }
    }),
    { examples: [example], numRuns: 1, interruptAfterTimeLimit: SHRINKING },
  );
  const text = last instanceof Error ? (last.stack ?? last.message) : String(last);
  return new Error(`NIVEL_SEED=${seed}\n${text}`);
}
