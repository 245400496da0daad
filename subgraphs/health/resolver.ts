import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { SubgraphContext } from '../define.ts';
import type { Organisation } from '../organisation.ts';
import { type Keepers, openRows } from '../register.ts';
import { latestAssessment, WorkAbility } from './ability.ts';
import { Client } from './client.ts';
import { HealthCondition } from './condition.ts';
import { CareHandover } from './handover.ts';
import type { HealthLoaders } from './loaders.ts';
import { Medication, MedicationItem, OpioidSubstitution } from './medication.ts';
import { maskHandovers, maskUnits } from './place.ts';

type Context = SubgraphContext<HealthLoaders>;

/** What health care knows of a client. */
@Resolver(() => Client)
export class ClientResolver {
  @FieldResolver(() => Medication, {
    nullable: true,
    description: 'Medication with opioid substitution (fi lääkitys / sv medicinering).',
  })
  @Directive('@category(name: "MEDICATION")')
  medication(@Root() client: Client): Medication {
    return { clientId: client.id };
  }

  @FieldResolver(() => [HealthCondition], {
    nullable: true,
    description: 'Diagnoses, newest first (fi terveydentila / sv hälsotillstånd).',
  })
  @Directive('@category(name: "HEALTH_CONDITIONS")')
  async healthConditions(@Root() client: Client, @Ctx() context: Context): Promise<readonly HealthCondition[]> {
    const rows = await context.load.conditions.load(client.id);
    return maskUnits(context.pass, openRows(context, 'HEALTH_CONDITIONS', rows, controllerOf));
  }

  @FieldResolver(() => WorkAbility, {
    nullable: true,
    description: 'Ability to work by the latest assessment (fi työkyky / sv arbetsförmåga).',
  })
  @Directive('@category(name: "WORK_ABILITY")')
  async workAbility(@Root() client: Client, @Ctx() context: Context): Promise<WorkAbility | null> {
    const rows = openRows(context, 'WORK_ABILITY', await context.load.assessments.load(client.id), controllerOf);
    return latestAssessment(maskUnits(context.pass, rows));
  }

  /**
   * Whoever may know the medication must know who goes on with it, as with the receiving clinic (domain.md), and a
   * clinic tells of the treatment; a handover from the prison's clinic tells of custody too.
   */
  @FieldResolver(() => [CareHandover], {
    nullable: true,
    description: 'Handovers of care, newest first (fi hoidon siirrot / sv överföringar av vården).',
  })
  @Directive('@category(name: "MEDICATION")')
  @Directive('@category(name: "CUSTODY")')
  async careHandovers(@Root() client: Client, @Ctx() context: Context): Promise<readonly CareHandover[]> {
    const rows = await context.load.handovers.load(client.id);
    return maskHandovers(context.pass, openRows(context, 'MEDICATION', rows, bothSides));
  }
}

@Resolver(() => Medication)
export class MedicationResolver {
  @FieldResolver(() => [MedicationItem], {
    description: 'Medicines, newest first; opioid substitution stands apart (fi lääkkeet / sv läkemedel).',
  })
  async medications(@Root() { clientId }: Medication, @Ctx() context: Context): Promise<readonly MedicationItem[]> {
    const rows = await context.load.medications.load(clientId);
    return maskUnits(context.pass, openRows(context, 'MEDICATION', rows, controllerOf));
  }

  @FieldResolver(() => OpioidSubstitution, {
    nullable: true,
    description: 'Opioid substitution treatment (fi opioidikorvaushoito / sv opioidsubstitutionsbehandling).',
  })
  async opioidSubstitution(
    @Root() { clientId }: Medication,
    @Ctx() context: Context,
  ): Promise<OpioidSubstitution | null> {
    const rows = await context.load.substitution.load(clientId);
    const [treatment] = maskUnits(context.pass, openRows(context, 'MEDICATION', rows, controllerOf));
    return treatment ?? null;
  }
}

function controllerOf({ controller }: { readonly controller: Organisation | undefined }): Keepers {
  return [controller];
}

/** A handover is in the register of who hands over and of who takes over. */
function bothSides({ fromUnit, toUnit }: CareHandover): Keepers {
  return [fromUnit?.controller, toUnit?.controller];
}
