import type { Juncture } from '../../schema/codes/goals.ts';

/** When a client is at a juncture: first and last day (null: not in sight), today or not, after an expected release or not. */
export interface JunctureTime {
  readonly juncture: Juncture;
  readonly from: string;
  readonly until: string | null;
  readonly now: boolean;
  readonly expected: boolean;
}

/** What a stay says about the path; all days are ISO dates of the Finnish calendar. */
export interface StayDays {
  readonly admittedOn: string;
  readonly releasedOn: string | null;
  readonly releaseEarliest: string | null;
  readonly releaseLatest: string | null;
  readonly today: string;
}

/**
 * The junctures of a stay in order, the present one marked; each lasts until the next begins.
 *
 * Release is prepared from 90 days before the earliest release, in a shorter stay from the day after admission. Nobody
 * comes past the release day before the release itself; the follow-up closes 30 days after its last juncture.
 */
export function junctures({ admittedOn, releasedOn, releaseEarliest, releaseLatest, today }: StayDays): JunctureTime[] {
  const release = releasedOn ?? releaseEarliest;
  const expected = releasedOn === null;
  const path: Start[] = [{ juncture: 'ADMISSION', from: admittedOn, expected: false }];
  const settled = plusDays(admittedOn, 1);
  if (release === null || settled < release) path.push({ juncture: 'PLAN', from: settled, expected: false });
  if (release !== null) {
    const [, prepared = settled] = [settled, plusDays(release, -PREPARATION)].sort();
    if (prepared < release) path.push({ juncture: 'BEFORE_RELEASE', from: prepared, expected });
    path.push({ juncture: 'RELEASE_DAY', from: release, expected });
    for (const days of FOLLOW_UPS) {
      path.push({ juncture: `DAY_${days}`, from: plusDays(release, days), expected });
    }
  }
  const closed = release === null ? null : plusDays(release, 90 + FOLLOW_UP_CLOSES);
  const present = path.findLast(
    ({ juncture, from }) => from <= today && !(expected && juncture.startsWith('DAY_')) && (!closed || today < closed),
  );
  return path.map((start, index) => ({ ...start, until: lastDay(start, path[index + 1]), now: start === present }));

  function lastDay({ juncture, from }: Start, next: Start | undefined): string | null {
    if (juncture === 'RELEASE_DAY') return expected ? releaseLatest : from;
    if (next === undefined) return closed && plusDays(closed, -1);
    return next.from === from ? from : plusDays(next.from, -1);
  }
}

type Start = Pick<JunctureTime, 'juncture' | 'from' | 'expected'>;

const PREPARATION = 90;
const FOLLOW_UPS = [1, 7, 30, 90] as const;
const FOLLOW_UP_CLOSES = 30;

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
