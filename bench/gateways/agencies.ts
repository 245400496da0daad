import type { CategoryName } from '../../schema/categories.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';

/** An agency, and the field of `Client` that it is asked. */
export interface BenchAgency {
  readonly subgraph: string;
  readonly field: string;
  /** Left out: as the unified view asks it. */
  readonly selection?: string;
}

/** One that the hub does not have. */
export interface ExtraAgency extends BenchAgency {
  /** The hub's subgraph that its field is taken from; its data remain those of that agency's register. */
  readonly from: SubgraphName;
  readonly selection: string;
  /** What the field needs a consent to. */
  readonly category: CategoryName;
}

/** Those of the hub, in the order of the unified view. */
const HUB_AGENCIES: readonly BenchAgency[] = [
  { subgraph: 'sentences', field: 'custody' },
  { subgraph: 'social', field: 'housing' },
  { subgraph: 'employment', field: 'employment' },
  { subgraph: 'health', field: 'medication' },
];

/** Fields that a coordinator may see by consent, and whose types no field that stays behind needs. */
export const EXTRA_AGENCIES: readonly ExtraAgency[] = [
  {
    subgraph: 'plans',
    from: 'sentences',
    field: 'sentencePlan',
    selection: 'state confirmedOn goals { area state } releasePlan { housing income employment }',
    category: 'SENTENCE_PLAN',
  },
  {
    subgraph: 'benefits',
    from: 'social',
    field: 'benefits',
    selection: 'benefit state startsOn',
    category: 'BENEFITS',
  },
  {
    subgraph: 'assistance',
    from: 'social',
    field: 'socialAssistance',
    selection: 'kind appliedOn decidedOn inTime outcome',
    category: 'SOCIAL_ASSISTANCE',
  },
  {
    subgraph: 'ability',
    from: 'health',
    field: 'workAbility',
    selection: 'assessedOn score limits statement',
    category: 'WORK_ABILITY',
  },
];

export const AGENCIES_OF_HUB = HUB_AGENCIES.length;
export const AGENCIES_AT_MOST = AGENCIES_OF_HUB + EXTRA_AGENCIES.length;

/** The first ones, those of the hub before others. */
export function agenciesUpTo(count: number): readonly BenchAgency[] {
  return [...HUB_AGENCIES, ...EXTRA_AGENCIES].slice(0, count);
}

/** Those among the first ones that the hub does not have. */
export function extraUpTo(count: number): readonly ExtraAgency[] {
  return EXTRA_AGENCIES.slice(0, Math.max(0, count - AGENCIES_OF_HUB));
}
