import type { HousingClassCode } from '../schema/codes/housing.ts';
import { type Day, finnishDay } from './calendar.ts';
import { clientId, identity, MAX_CLIENTS } from './identity.ts';
import { currentStay, type Path, path, type Stay } from './path.ts';
import { Random } from './random.ts';
import type { Directory } from './staff.ts';
import { housingOf, type Traits, traits } from './traits.ts';

/** What every agency's part of a biography stands on: the person, their path, and today. */
export interface Ground {
  readonly clientId: string;
  readonly code: string;
  readonly today: Day;
  /** Minute of the Finnish day. */
  readonly minute: number;
  readonly traits: Traits;
  readonly path: Path;
  readonly housing: HousingClassCode;
  /** The stay that goes on. */
  readonly inside: Stay | undefined;
  /** The latest stay, going on or not. */
  readonly lastStay: Stay | undefined;
  /** The day of the last or the coming release, as far as the biography knows it. */
  readonly release: Day | undefined;
  readonly directory: Directory;
  /** Numbers of one's own, by purpose. */
  stream(purpose: string): Random;
}

/** @throws RangeError for an index outside 1–MAX_CLIENTS */
export function ground(seed: number, index: number, now: Date, directory: Directory): Ground {
  if (!Number.isInteger(index) || index < 1 || index > MAX_CLIENTS) {
    throw new RangeError(`a client's index is a whole number from 1 to ${MAX_CLIENTS}, got ${index}`);
  }
  const stream = (purpose: string): Random => new Random(seed, index, purpose);
  const { day: today, minute } = finnishDay(now);
  const { birthDay, code } = identity(seed, index, today);
  const person = traits(stream('traits'), index, (today - birthDay) / 365.25);
  const life = path(stream('path'), today, {
    woman: person.woman,
    turku: person.region === undefined,
    adultSince: birthDay + Math.ceil(18 * 365.25),
  });
  const lastStay = life.stays.at(-1);
  return {
    clientId: clientId(seed, index),
    code,
    today,
    minute,
    traits: person,
    path: life,
    housing: housingOf(stream('housing'), life.stage),
    inside: currentStay(life),
    lastStay,
    release: lastStay?.released ?? lastStay?.end,
    directory,
    stream,
  };
}
