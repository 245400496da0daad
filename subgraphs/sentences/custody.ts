import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { OTHER_ORGANISATIONS } from '../../schema/codes/controllers.ts';
import type { Confidence, CustodyPhase, LeaveKind, LeaveState, ReleaseSource } from '../../schema/codes/sentences.ts';
import { DateTimeScalar, LocalDateScalar } from '../../schema/scalars.ts';
import type { ClientRow } from '../load.ts';
import { seesPlace } from '../protection.ts';
import { Client } from './client.ts';
import { CustodyPhaseEnum, LeaveKindEnum, LeaveStateEnum, ReleaseConfidenceEnum, ReleaseSourceEnum } from './enums.ts';
import { ClientJuncture } from './juncture.ts';
import type { Context, StayRow } from './loaders.ts';
import { junctures } from './path.ts';
import { PrisonUnit, prisonUnit } from './reference.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'When release is expected; dates have been wrong, so where they come from stands beside (fi vapautumisikkuna / sv frigivningsfönster).',
})
export class ReleaseWindow {
  @Field(() => LocalDateScalar, { description: 'Earliest day of release (fi aikaisintaan / sv tidigast).' })
  readonly earliest: string;

  @Field(() => LocalDateScalar, { description: 'Latest day of release (fi viimeistään / sv senast).' })
  readonly latest: string;

  @Field(() => ReleaseSourceEnum, { description: 'Where the dates come from (fi lähde / sv källa).' })
  readonly source: ReleaseSource;

  @Field(() => DateTimeScalar, { description: 'When the dates were true (fi tilanne / sv läget per).' })
  readonly asOf: Date;

  @Field(() => ReleaseConfidenceEnum, { description: 'How sure they are (fi varmuus / sv säkerhet).' })
  readonly confidence: Confidence;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Leave from prison, 767/2005 ch. 14 (fi poistumislupa / sv permission).',
})
export class PrisonLeave implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { description: 'Id of the leave (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => LeaveKindEnum, { description: 'Ground (fi peruste / sv grund).' })
  readonly kind: LeaveKind;

  @Field(() => LeaveStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: LeaveState;

  @Field(() => DateTimeScalar, { description: 'Start (fi alkaa / sv börjar).' })
  readonly startsAt: Date;

  @Field(() => DateTimeScalar, { description: 'End (fi päättyy / sv slutar).' })
  readonly endsAt: Date;
}

@ObjectType({ description: 'A stay in prison (fi vankilassaolo / sv fängelsevistelse).' })
export class Custody implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { simple: true, description: 'Id of the stay (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => PrisonUnit, {
    simple: true,
    nullable: true,
    description: 'Prison; null when a protection order masks it (fi yksikkö / sv enhet).',
  })
  readonly unit: PrisonUnit | null;

  @Field(() => CustodyPhaseEnum, { simple: true, description: 'Phase of the enforcement (fi vaihe / sv skede).' })
  readonly phase: CustodyPhase;

  @Field(() => LocalDateScalar, { simple: true, description: 'Day of admission (fi tulopäivä / sv ankomstdag).' })
  readonly admittedOn: string;

  @Field(() => LocalDateScalar, {
    simple: true,
    nullable: true,
    description: 'Day of release; null while the stay goes on (fi vapautunut / sv frigiven).',
  })
  readonly releasedOn: string | null;

  @Field(() => ReleaseWindow, {
    simple: true,
    nullable: true,
    description:
      'When release is expected; null after it, and when it is not in sight (fi vapautumisikkuna / sv frigivningsfönster).',
  })
  readonly releaseWindow: ReleaseWindow | null;
}

@Resolver(() => Custody)
export class CustodyResolver {
  @FieldResolver(() => [PrisonLeave], {
    description: 'Leaves during the stay, by start (fi poistumisluvat / sv permissioner).',
  })
  async leaves(@Root() stay: Custody, @Ctx() context: Context): Promise<readonly PrisonLeave[]> {
    const leaves = await context.load.leaves.load(stay.clientId);
    return leaves.filter(({ on }) => stay.admittedOn <= on && (stay.releasedOn === null || on <= stay.releasedOn));
  }
}

/** Data of the present stay, of the last one after it. */
@Resolver(() => Client)
export class ClientCustodyResolver {
  @FieldResolver(() => Custody, {
    nullable: true,
    description:
      'The present stay in prison, else the last one; null without any (fi vankilassaolo / sv fängelsevistelse).',
  })
  @Directive('@category(name: "CUSTODY")')
  async custody(@Root() { id }: Client, @Ctx() context: Context): Promise<Custody | null> {
    const stay = await stayOf(context, id);
    if (stay === null) return null;
    const unit = stay.protected && !seesPlace(context.pass, id, KEEPER) ? null : prisonUnit(stay.unit);
    return { ...stay, unit, releaseWindow: releaseWindow(stay) };
  }

  @FieldResolver(() => LocalDateScalar, {
    nullable: true,
    description:
      'Day of release: the earliest expected one, after the release the actual one (fi vapautumispäivä / sv frigivningsdag).',
  })
  @Directive('@category(name: "CUSTODY")')
  async releaseDate(@Root() { id }: Client, @Ctx() context: Context): Promise<string | null> {
    const stay = await stayOf(context, id);
    return stay?.releasedOn ?? stay?.releaseEarliest ?? null;
  }

  @FieldResolver(() => [ClientJuncture], {
    nullable: true,
    description:
      'Critical junctures of the stay and of the time after it; null without a stay (fi nivelvaiheet / sv övergångar).',
  })
  @Directive('@category(name: "CUSTODY")')
  async junctures(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly ClientJuncture[] | null> {
    const stay = await stayOf(context, id);
    return stay && junctures(stay);
  }
}

/** Who writes the unit down: the prison service itself sees it. */
const KEEPER = { agency: 'PRISON_SERVICE', organisation: OTHER_ORGANISATIONS.PRISON_SERVICE.oid };

async function stayOf(context: Context, clientId: string): Promise<StayRow | null> {
  return (await context.load.stays.load(clientId))[0] ?? null;
}

function releaseWindow(stay: StayRow): ReleaseWindow | null {
  const { releaseEarliest, releaseLatest, releaseSource, releaseAsOf, releaseConfidence } = stay;
  // The five come together, or none of them.
  if (!releaseEarliest || !releaseLatest || !releaseSource || !releaseAsOf || !releaseConfidence) return null;
  return {
    earliest: releaseEarliest,
    latest: releaseLatest,
    source: releaseSource,
    asOf: releaseAsOf,
    confidence: releaseConfidence,
  };
}
