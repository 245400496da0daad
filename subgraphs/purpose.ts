import { PURPOSES } from '../schema/purposes.ts';
import { registerCodes } from './codes.ts';

/** The enum `Purpose`; the subgraphs that take one must define it alike. */
export const PurposeEnum = registerCodes(
  'Purpose',
  'Why the caller looks: the hub answers for a named purpose only (fi käyttötarkoitus / sv användningsändamål).',
  PURPOSES,
);
