/** Half-open: `from` is inside, `until` is the first instant outside; null is open-ended, anything but a number is never. */
export function within(from: number, until: number | null, now: number): boolean {
  return Number.isFinite(from) && from <= now && (until === null || (Number.isFinite(until) && now < until));
}

export function isCurrent(fact: { readonly from: number; readonly until: number | null }, now: number): boolean {
  return within(fact.from, fact.until, now);
}

/** The lowest id, so that of several facts the same one is named in whatever order they come; undefined of none. */
export function leastId(facts: readonly { readonly id: string }[]): string | undefined {
  return facts.reduce<string | undefined>(
    (least, { id }) => (least === undefined || id < least ? id : least),
    undefined,
  );
}
