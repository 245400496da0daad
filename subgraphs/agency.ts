import { AGENCIES } from '../schema/categories.ts';
import { registerCodes } from './codes.ts';

/** The enum `Agency`, alike in every subgraph that names one. */
export const AgencyEnum = registerCodes(
  'Agency',
  'A sector that discloses and receives data (fi toimiala / sv sektor).',
  AGENCIES,
);
