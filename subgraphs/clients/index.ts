import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { AppointmentResolver } from './appointment.ts';
import { type ClientsLoaders, clientsLoaders } from './loaders.ts';
import { PersonResolver } from './person.ts';
import { ClientQueries } from './queries.ts';
import { VoiceResolver } from './voice.ts';
import { WorkerResolver } from './worker.ts';

/** The joint client index: identity and contact, responsible workers, appointments, referrals, the client's own voice. */
export const clients: SubgraphDefinition<ClientsLoaders> = {
  name: 'clients',
  resolvers: [ClientQueries, PersonResolver, WorkerResolver, AppointmentResolver, VoiceResolver],
  loaders: clientsLoaders,
};
