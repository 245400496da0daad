import type { Role } from '../schema/purposes.ts';
import { ORIGINS } from './names.ts';
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

const WORKERS_A_UNIT = 8;

/** The workers of every unit: eight made-up ones each, the first replaced by the unit's staff member. */
export class Directory {
  readonly #units = new Map<string, readonly Worker[]>();
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

  #workersOf(unit: string): readonly Worker[] {
    let workers = this.#units.get(unit);
    if (workers === undefined) {
      const member = this.#staff.find((one) => one.unit === unit);
      workers = Array.from({ length: WORKERS_A_UNIT }, (_, n) => {
        const made = madeUp(unit, n);
        return n === 0 && member !== undefined ? { id: member.id, name: made.name } : made;
      });
      this.#units.set(unit, workers);
    }
    return workers;
  }
}

/** Independent of the population's seed, so that workers stay the same people. */
function madeUp(unit: string, number: number): Worker {
  const random = new Random(0, number, `worker ${unit}`);
  const { men, women, last } = ORIGINS[random.chance(0.06) ? 'FINLAND_SWEDISH' : 'FINNISH'];
  return { id: random.uuid(), name: `${random.pick(random.chance(0.7) ? women : men)} ${random.pick(last)}` };
}
