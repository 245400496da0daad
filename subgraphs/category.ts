import { CATEGORIES, type CategoryName, type Names } from '../schema/categories.ts';
import { registerCodes } from './codes.ts';

const names = Object.fromEntries(Object.entries(CATEGORIES).map(([name, { names }]) => [name, names])) as Record<
  CategoryName,
  Names
>;

/** The enum `DataCategory`, alike in every subgraph that names one. */
export const DataCategoryEnum = registerCodes(
  'DataCategory',
  'A kind of data that a client opens or closes as a whole (fi tietoryhmä / sv uppgiftsgrupp).',
  names,
);
