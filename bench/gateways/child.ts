/**
 * A server of the benchmark in a process of its own: takes its options as the first message, answers with where it is, and ends with
 * its parent.
 */
export function serveChild<Options, Place>(start: (options: Options) => Promise<Place>): void {
  process.once('message', async (options) => {
    try {
      process.send?.({ place: await start(options as Options) });
    } catch (error) {
      process.send?.({ error: String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
