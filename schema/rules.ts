import type { DocumentNode } from 'graphql';
import type { Fault } from './fault.ts';
import { type Graph, joinGraph } from './graph.ts';
import {
  categorisedFieldsAreNullable,
  everyAgencyUsesACategoryOfItsOwn,
  everyCategoryIsKnown,
  everyPersonalFieldHasACategory,
  implementationsKeepTheCategories,
  sharedFieldsAgreeOnCategories,
} from './rules/category.ts';
import {
  clientIsItsOwnType,
  clientIsKeyedById,
  nothingBelowAClientLeadsToAClient,
  onlyQueriesLeadToAClient,
} from './rules/client.ts';
import { everyDirectiveIsImported, theHeadIsOurs, theNameIsFree } from './rules/head.ts';
import {
  agenciesOfferPublicRootFields,
  onlyClientsAndPublicReferencesAreEntities,
  onlyPublicReferencesAreProvided,
  publicReferencesAreDeclaredAlike,
  publicReferencesReachNobody,
} from './rules/reference.ts';
import { derivedFieldsDeclareWhatTheyRequire } from './rules/requires.ts';
import { readSdl, type Sdl } from './sdl.ts';

type Rule = (sdl: Sdl, graph: Graph) => Iterable<Fault>;

/** The rules of the contract beyond Apollo's own; each fault names the coordinate that breaks it. */
const RULES: readonly Rule[] = [
  // What the other rules read is what the gateway will read.
  theNameIsFree,
  theHeadIsOurs,
  everyDirectiveIsImported,
  // Personal data is classified, and can be denied.
  everyPersonalFieldHasACategory,
  everyCategoryIsKnown,
  everyAgencyUsesACategoryOfItsOwn,
  categorisedFieldsAreNullable,
  sharedFieldsAgreeOnCategories,
  implementationsKeepTheCategories,
  derivedFieldsDeclareWhatTheyRequire,
  // There is one way to it: a client who has been decided on.
  clientIsKeyedById,
  clientIsItsOwnType,
  nothingBelowAClientLeadsToAClient,
  onlyQueriesLeadToAClient,
  agenciesOfferPublicRootFields,
  // All else is public reference data, and stays so.
  onlyClientsAndPublicReferencesAreEntities,
  publicReferencesAreDeclaredAlike,
  publicReferencesReachNobody,
  onlyPublicReferencesAreProvided,
];

/** Every fault of every subgraph against the contract, in the order of the rules; empty when all of them keep it. */
export function checkRules(subgraphs: readonly { readonly name: string; readonly typeDefs: DocumentNode }[]): Fault[] {
  const graph = joinGraph(subgraphs.map(({ name, typeDefs }) => readSdl(name, typeDefs)));
  return graph.subgraphs.flatMap((sdl) => RULES.flatMap((rule) => [...rule(sdl, graph)]));
}
