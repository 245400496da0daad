/** From where an alert is raised. */
export interface AlertThresholds {
  /** Clients whose data one caller was given in a day, Helsinki time. */
  readonly manyClients: number;
  /** Clients whom one caller asked about in a day without a relationship, and was refused. */
  readonly outsideCaseload: number;
  /** Look-ups of one caller within an hour out of working hours. */
  readonly outOfHours: number;
  /** Refused operations of one caller within an hour. */
  readonly repeatedRefusals: number;
  /** Working hours on Monday–Friday, Helsinki time: first hour, and the first that is out of them. */
  readonly workingHours: readonly [from: number, until: number];
}

export const ALERT_THRESHOLDS: AlertThresholds = {
  manyClients: 100,
  outsideCaseload: 5,
  outOfHours: 20,
  repeatedRefusals: 10,
  workingHours: [6, 20],
};

/**
 * The thresholds of a JSON object that names those which differ from the usual ones.
 *
 * Throws `TypeError`; its message goes on from the name of what was parsed, and does not repeat it.
 */
export function parseThresholds(json: string): AlertThresholds {
  const given = parse(json);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(ALERT_THRESHOLDS, name))
      throw new TypeError(`must name thresholds: ${Object.keys(ALERT_THRESHOLDS).join(', ')}`);
    if (name === 'workingHours' ? !areHours(value) : !isWhole(value, 1, 1_000_000))
      throw new TypeError(
        `must give whole numbers from 1 to 1000000, and workingHours as [from, until] with 0 ≤ from ≤ until ≤ 24`,
      );
  }
  return { ...ALERT_THRESHOLDS, ...given };
}

function parse(json: string): Partial<AlertThresholds> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, without what the parser quotes.
  }
  throw new TypeError('must be a JSON object of thresholds, such as {"manyClients":50}');
}

function areHours(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, until] = value;
  return isWhole(from, 0, 24) && isWhole(until, 0, 24) && from <= until;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
