/** What can be wrong with a request to an agency, and whether it speaks against the agency: enough of those in a row open its breaker. */
export const FAULTS = {
  /** Too many requests are under way and waiting: not sent. */
  bulkhead: false,
  /** The agency failed too often just now: not sent. */
  'breaker open': false,
  /** No whole answer came in time. */
  'timed out': true,
  /** No connection came about. */
  'connection failed': true,
  /** The connection ended before an answer began. */
  'connection lost': true,
  /** What came is no whole GraphQL answer; statuses of 500 and more are in this. */
  'answer broken': true,
  /** More bytes than are read. It may be the question's fault, and one caller must not shut an agency for all. */
  'answer too large': false,
  /** A status from 400 to 499: the agency is well, and does not want this request. */
  'request refused': false,
  /** A request of several operations; each of them, asked by itself, tells whether the agency is well. */
  'joined request': false,
} as const satisfies Record<string, boolean>;

export type Fault = keyof typeof FAULTS;

/** One request to an agency came to nothing. */
export class AgencyFault extends Error {
  override readonly name = 'AgencyFault';
  readonly fault: Fault;
  /** For the operator: an error code, an HTTP status or a word of ours; never anything that the agency said. */
  readonly detail: string | undefined;

  constructor(fault: Fault, detail?: string) {
    super(fault);
    this.fault = fault;
    this.detail = detail;
  }

  get isAgainstAgency(): boolean {
    return FAULTS[this.fault];
  }

  /** In one line, for the log. */
  get line(): string {
    return this.detail === undefined ? this.fault : `${this.fault}: ${this.detail}`;
  }
}
