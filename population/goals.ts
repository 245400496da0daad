import type { GoalState, LifeArea } from '../schema/codes/goals.ts';
import type { Origin } from './names.ts';
import { GOALS, textFor } from './phrases.ts';
import type { Random } from './random.ts';

export interface GoalRow {
  readonly id: string;
  readonly area: LifeArea;
  readonly goal: string;
  readonly state: GoalState;
}

/** Up to `count` goals in the given areas, in the client's national language. */
export function goals(
  random: Random,
  areas: readonly LifeArea[],
  count: number,
  origin: Origin,
  state: GoalState,
  evaluated = false,
): GoalRow[] {
  const language = origin === 'FINLAND_SWEDISH' ? 'SV' : 'FI';
  return random.some([...new Set(areas)], count).map((area) => ({
    id: random.uuid(),
    area,
    goal: random.pick(textFor(GOALS[area], language)),
    state: evaluated ? random.weighted({ REACHED: 40, ONGOING: 40, GIVEN_UP: 20 }) : state,
  }));
}
