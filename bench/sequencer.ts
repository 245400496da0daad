export async function startSequencerProcess(_url: string): Promise<{ stop(): Promise<void> }> {
  return { stop: async () => {} };
}
