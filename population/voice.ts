import type { Language } from '../schema/codes/contact.ts';
import type { Juncture, LifeArea } from '../schema/codes/goals.ts';
import { HOUSING_CLASSES } from '../schema/codes/housing.ts';
import { isoDate } from './calendar.ts';
import type { Ground } from './ground.ts';
import { FEEDBACK, OWN_WORDS, textFor } from './phrases.ts';

export interface OwnGoalRow {
  readonly id: string;
  readonly area: LifeArea;
  readonly words: string;
  readonly language: Language;
  readonly setOn: string;
  readonly reachedOn: string | null;
}

export interface FeedbackRow {
  readonly id: string;
  readonly juncture: Juncture;
  readonly words: string;
  readonly language: Language;
  readonly givenOn: string;
}

export function ownGoals({ today, traits, housing, stream }: Ground): OwnGoalRow[] {
  const random = stream('own goals');
  const language = languageOf(traits.origin);
  const areas: LifeArea[] = ['INCOME', 'LEISURE', 'DEBT', 'STUDIES', 'HEALTH', 'CRIME_FREE_LIFE'];
  if (HOUSING_CLASSES[housing].homeless) areas.push('HOUSING', 'HOUSING');
  if (traits.jobseeker) areas.push('WORK');
  if (traits.children) areas.push('FAMILY');
  if (traits.conditions.some((one) => one.startsWith('F1'))) areas.push('SUBSTANCES', 'SUBSTANCES');
  const count = Number(random.weighted({ 0: 35, 1: 40, 2: 25 }));
  return random.some([...new Set(areas)], count).map((area) => {
    const set = today - random.int(1, 120);
    const reached = random.chance(0.1) ? isoDate(random.int(set, today)) : null;
    return {
      id: random.uuid(),
      area,
      words: random.pick(textFor(OWN_WORDS[area], language)),
      language,
      setOn: isoDate(set),
      reachedOn: reached,
    };
  });
}

/** After a juncture that has passed, from those who were asked and answered. */
export function feedback({ today, traits, lastStay, path, stream }: Ground): FeedbackRow[] {
  const random = stream('feedback');
  if (lastStay === undefined || path.stage === 'OUTSIDE') return [];
  const language = languageOf(traits.origin);
  const { admitted, released } = lastStay;
  const passed: [Juncture, number][] = [['ADMISSION', admitted]];
  if (today - admitted > 30) passed.push(['PLAN', admitted + 25]);
  if (released !== undefined) {
    passed.push(['RELEASE_DAY', released]);
    for (const days of [1, 7, 30, 90] as const) passed.push([`DAY_${days}`, released + days]);
  }
  return passed
    .filter(([, day]) => day <= today && random.chance(0.22))
    .map(([juncture, day]) => ({
      id: random.uuid(),
      juncture,
      words: random.pick(textFor(FEEDBACK[juncture], language)),
      language,
      givenOn: isoDate(Math.min(today, day + random.int(0, 3))),
    }));
}

function languageOf(origin: string): Language {
  return origin === 'FINLAND_SWEDISH' ? 'SV' : 'FI';
}
