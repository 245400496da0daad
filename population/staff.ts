import type { Role } from '../schema/purposes.ts';
import { ORIGINS } from './names.ts';
import { PLACES, STREETS } from './places.ts';
import { Random } from './random.ts';

/** Who exists outside the population, in the identity provider: a worker takes the first place in their unit. */
export interface StaffMember {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly unit?: string;
  /** Of a guardian: the clients. */
  readonly actingFor?: readonly string[];
}

export interface Worker {
  readonly id: string;
  readonly name: string;
}

/** What the agency's personnel register tells of a worker. */
export interface Employee extends Worker {
  readonly lastName: string;
  /** Where they live; null when it does not say. */
  readonly home: { readonly street: string; readonly postalCode: string } | null;
}

const WORKERS_A_UNIT = 8;

/** The workers of every unit: eight made-up ones each, the first replaced by the unit's staff member. */
export class Directory {
  readonly #units = new Map<string, readonly Employee[]>();
  readonly #staff: readonly StaffMember[];

  constructor(staff: readonly StaffMember[] = []) {
    this.#staff = staff;
  }

  /** One of the unit's workers; the same number always means the same one. */
  worker(unit: string, number: number): Worker {
    const workers = this.#workersOf(unit);
    return workers[number % workers.length]!;
  }

  /** The first of the unit: its staff member, when there is one. */
  first(unit: string): Worker {
    return this.worker(unit, 0);
  }

  /** Who acts for the client. */
  guardianOf(clientId: string): Pick<StaffMember, 'id'> | undefined {
    return this.#staff.find(({ actingFor }) => actingFor?.includes(clientId));
  }

  /** Everyone who has been asked for so far, with their units' others. */
  workers(): readonly Employee[] {
    return [...this.#units.values()].flat();
  }

  #workersOf(unit: string): readonly Employee[] {
    let workers = this.#units.get(unit);
    if (workers === undefined) {
      const member = this.#staff.find((one) => one.unit === unit);
      workers = Array.from({ length: WORKERS_A_UNIT }, (_, n) => {
        const made = madeUp(unit, n);
        return n === 0 && member !== undefined ? { ...made, id: member.id } : made;
      });
      this.#units.set(unit, workers);
    }
    return workers;
  }
}

/** Independent of the population's seed, so that workers stay the same people. */
function madeUp(unit: string, number: number): Employee {
  const random = new Random(0, number, `worker ${unit}`);
  const { men, women, last } = ORIGINS[random.chance(0.06) ? 'FINLAND_SWEDISH' : 'FINNISH'];
  const id = random.uuid();
  const given = random.pick<string>(random.chance(0.7) ? women : men);
  const lastName = random.pick<string>(last);
  const street = `${random.pick(STREETS.fi)} ${random.int(1, 60)} ${random.pick(['A', 'B', 'C', 'D'])} ${random.int(1, 80)}`;
  const home = { street, postalCode: random.pick(PLACES['091'].postalCodes) };
  return { id, name: `${given} ${lastName}`, lastName, home: random.chance(0.8) ? home : null };
}
