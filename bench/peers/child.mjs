/** A peer in a process of its own: takes its options as the first message, answers with where it is, and ends with its parent. */
export function serveChild(start) {
  process.once('message', async (options) => {
    try {
      process.send({ place: { url: await start(options) } });
    } catch (error) {
      process.send({ error: String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
