import { Arg, Ctx, Field, Float, ObjectType, Query, Resolver } from 'type-graphql';
import { latestCheckpoint, publishedSize } from '../../audit/published/published.ts';
import { consistencyProof } from '../../audit/tree/merkle.ts';
import { readTiles } from '../../audit/tree/prove.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { refuse } from './errors.ts';
import type { Context } from './loaders.ts';

@ObjectType({ description: 'Who else has signed a checkpoint (fi todistaja / sv vittne).' })
class AuditWitness {
  @Field(() => String, { description: 'Its name (fi nimi / sv namn).' })
  readonly name!: string;

  @Field(() => DateTimeScalar, { description: 'When its signature came (fi ajankohta / sv tidpunkt).' })
  readonly at!: Date;
}

@ObjectType({ description: 'The whole log at a moment, signed (fi lokin tarkistuspiste / sv loggens kontrollpunkt).' })
class AuditCheckpoint {
  @Field(() => String, {
    description: 'The signed note, C2SP tlog-checkpoint (fi allekirjoitettu teksti / sv signerad text).',
  })
  readonly note!: string;

  @Field(() => Float, { description: 'Entries, whole (fi merkintöjä / sv poster).' })
  readonly size!: number;

  @Field(() => String, { description: 'Root of the RFC 6962 tree, base64 (fi juuritiiviste / sv rotkontrollsumma).' })
  readonly root!: string;

  @Field(() => DateTimeScalar, { description: 'When it was signed (fi allekirjoitettu / sv signerad).' })
  readonly at!: Date;

  @Field(() => [AuditWitness], { description: 'Who has cosigned it (fi todistajat / sv vittnen).' })
  readonly witnesses!: readonly AuditWitness[];

  @Field(() => Boolean, {
    description: 'Whether the newest entry is not in it yet (fi onko uudempia / sv finns det nyare).',
  })
  readonly waiting!: boolean;
}

@ObjectType({
  description:
    'That a tree begins with an earlier one: nothing was altered or removed between (fi jatkuvuus / sv kontinuitet).',
})
class AuditConsistency {
  @Field(() => Float, { description: 'Entries of the earlier tree (fi aiempi koko / sv tidigare storlek).' })
  readonly from!: number;

  @Field(() => Float, { description: 'Entries of the later tree (fi myöhempi koko / sv senare storlek).' })
  readonly to!: number;

  @Field(() => [String], { description: 'RFC 6962 hashes, base64 (fi tiivisteet / sv kontrollsummor).' })
  readonly hashes!: readonly string[];
}

@Resolver()
export class CheckpointResolver {
  @Query(() => AuditCheckpoint, {
    nullable: true,
    description: 'The latest published checkpoint; null before the first (fi tarkistuspiste / sv kontrollpunkt).',
  })
  async auditCheckpoint(@Ctx() { pass, db }: Context): Promise<AuditCheckpoint | null> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    const latest = await latestCheckpoint(db);
    return latest === null ? null : { ...latest, root: latest.root.toString('base64') };
  }

  @Query(() => AuditConsistency, {
    nullable: true,
    description: 'The consistency proof between two sizes of the log (fi jatkuvuustodiste / sv kontinuitetsbevis).',
  })
  async auditConsistency(
    @Arg('from', () => Float, { description: 'Entries of the earlier tree (fi aiempi koko / sv tidigare storlek).' })
    from: number,
    @Arg('to', () => Float, {
      nullable: true,
      description: 'Of the later tree; the latest checkpoint’s unless said (fi myöhempi koko / sv senare storlek).',
    })
    to: number | null | undefined,
    @Ctx() { pass, db }: Context,
  ): Promise<AuditConsistency> {
    if (pass.purpose !== 'AUDIT') refuse('PASS_OTHER_PURPOSE');
    for (const size of [from, to ?? from]) if (!Number.isSafeInteger(size) || size < 0) refuse('SIZE_OUT_OF_RANGE');
    if (to != null && to < from) refuse('SIZE_OUT_OF_RANGE');
    const published = (await publishedSize(db)) ?? 0;
    const later = to ?? published;
    if (later > published || from > later) refuse('SIZE_OUT_OF_RANGE');
    const hashes = await consistencyProof(from, later, readTiles(db));
    return { from, to: later, hashes: hashes.map((hash) => hash.toString('base64')) };
  }
}
