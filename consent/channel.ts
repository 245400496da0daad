export const CHANNELS = ['IN_PERSON', 'ON_PAPER', 'ELECTRONIC'] as const;

/** How the client said it. */
export type Channel = (typeof CHANNELS)[number];
