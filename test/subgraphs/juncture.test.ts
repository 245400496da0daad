import { describe, expect, it } from 'vitest';
import { junctures, type StayDays } from '../../subgraphs/sentences/path.ts';

const NEVER = { releasedOn: null, releaseEarliest: null, releaseLatest: null };

/** The junctures in short: `name from–until`, a star at the present one, a question mark where release is expected. */
function path(stay: Omit<StayDays, 'releasedOn' | 'releaseEarliest' | 'releaseLatest'> & Partial<StayDays>): string[] {
  return junctures({ ...NEVER, ...stay }).map(
    ({ juncture, from, until, now, expected }) =>
      `${now ? '*' : ''}${juncture} ${from}–${until ?? ''}${expected ? '?' : ''}`,
  );
}

describe('junctures', () => {
  it('follow a long sentence: prepared from 90 days before the earliest release', () => {
    expect(
      path({
        admittedOn: '2026-01-10',
        releaseEarliest: '2026-09-01',
        releaseLatest: '2026-09-15',
        today: '2026-06-03',
      }),
    ).toEqual([
      'ADMISSION 2026-01-10–2026-01-10',
      'PLAN 2026-01-11–2026-06-02',
      '*BEFORE_RELEASE 2026-06-03–2026-08-31?',
      'RELEASE_DAY 2026-09-01–2026-09-15?',
      'DAY_1 2026-09-02–2026-09-07?',
      'DAY_7 2026-09-08–2026-09-30?',
      'DAY_30 2026-10-01–2026-11-29?',
      'DAY_90 2026-11-30–2026-12-29?',
    ]);
  });

  it('prepare a short conversion sentence from the day after admission', () => {
    const days = { admittedOn: '2026-03-02', releaseEarliest: '2026-03-23', releaseLatest: '2026-03-23' };
    expect(path({ ...days, today: '2026-03-02' })[0]).toBe('*ADMISSION 2026-03-02–2026-03-02');
    expect(path({ ...days, today: '2026-03-03' }).slice(1, 4)).toEqual([
      'PLAN 2026-03-03–2026-03-03',
      '*BEFORE_RELEASE 2026-03-03–2026-03-22?',
      'RELEASE_DAY 2026-03-23–2026-03-23?',
    ]);
  });

  it('stay at the release day while the release has not come', () => {
    const days = { admittedOn: '2026-03-02', releaseEarliest: '2026-03-23', releaseLatest: '2026-03-30' };
    const present = path({ ...days, today: '2026-04-05' }).filter((one) => one.startsWith('*'));
    expect(present).toEqual(['*RELEASE_DAY 2026-03-23–2026-03-30?']);
  });

  it.each([
    ['2026-03-23', 'RELEASE_DAY'],
    ['2026-03-24', 'DAY_1'],
    ['2026-03-29', 'DAY_1'],
    ['2026-03-30', 'DAY_7'],
    ['2026-04-22', 'DAY_30'],
    ['2026-06-21', 'DAY_90'],
    ['2026-07-20', 'DAY_90'],
    ['2026-07-21', undefined],
  ])('after the release: on %s at %s', (today, juncture) => {
    const found = junctures({ ...NEVER, admittedOn: '2026-03-02', releasedOn: '2026-03-23', today });
    expect(found.find(({ now }) => now)?.juncture).toBe(juncture);
    expect(found.every(({ expected }) => !expected)).toBe(true);
  });

  it('end with the plan when release is not in sight', () => {
    expect(path({ admittedOn: '2026-03-02', today: '2026-06-01' })).toEqual([
      'ADMISSION 2026-03-02–2026-03-02',
      '*PLAN 2026-03-03–',
    ]);
  });

  it('leave out what had no time: released on the day of admission', () => {
    expect(path({ admittedOn: '2026-03-02', releasedOn: '2026-03-02', today: '2026-03-02' }).slice(0, 3)).toEqual([
      'ADMISSION 2026-03-02–2026-03-02',
      '*RELEASE_DAY 2026-03-02–2026-03-02',
      'DAY_1 2026-03-03–2026-03-08',
    ]);
  });
});
