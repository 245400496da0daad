import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import type { Federation } from './federation.ts';
import type { Operation } from './operation.ts';

/** A case, in full: what was asked of what, how it was planned, and what came of it. */
export function told(
  { sdl }: Federation,
  { text, variables }: Operation,
  plan: QueryPlan,
  answers: Readonly<Record<string, unknown>>,
): string {
  return [
    text,
    JSON.stringify(variables),
    ...Object.entries(answers).map(([who, answer]) => `${who}: ${JSON.stringify(answer)}`),
    prettyFormatQueryPlan(plan),
    ...[...sdl].map(([agency, definitions]) => `# ${agency}\n${definitions}`),
  ].join('\n');
}
