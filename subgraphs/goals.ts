import { GOAL_STATES, HANDOVER_STATES, JUNCTURES, LIFE_AREAS } from '../schema/codes/goals.ts';
import { registerCodes } from './codes.ts';

/** The enum `LifeArea`: one for the goals of every agency, so that overlapping goals show. */
export const LifeAreaEnum = registerCodes(
  'LifeArea',
  'Area of life that a goal is about (fi elämänalue / sv livsområde).',
  LIFE_AREAS,
);

export const GoalStateEnum = registerCodes(
  'GoalState',
  'How far a goal is (fi tavoitteen tila / sv målets läge).',
  GOAL_STATES,
);

export const HandoverStateEnum = registerCodes(
  'HandoverState',
  'How far a handover at release is (fi siirron tila / sv överföringens läge).',
  HANDOVER_STATES,
);

export const JunctureEnum = registerCodes(
  'Juncture',
  'Critical juncture of a client’s path (fi nivelvaihe / sv övergång).',
  JUNCTURES,
);
