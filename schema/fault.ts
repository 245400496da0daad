/** One breach of the contract, by the subgraph that makes it. */
export interface Fault {
  /** Stable, UPPER_SNAKE. */
  readonly code: string;
  /** The subgraph, or several with a comma between; `-` when it is the composition's as a whole. */
  readonly subgraph: string;
  /** Schema coordinate: `Type`, `Type.field`, `Type.field(argument:)` or `@directive`; `-` when there is none. */
  readonly coordinate: string;
  readonly message: string;
}
