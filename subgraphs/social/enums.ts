import { HOUSING_CLASSES, HOUSING_NEEDS, TENANCIES } from '../../schema/codes/housing.ts';
import {
  ASSISTANCE_KINDS,
  BENEFIT_STATES,
  BENEFITS,
  DECISION_OUTCOMES,
  LIFECYCLE_STATES,
  SERVICE_TASKS,
  SOCIAL_SERVICE_KINDS,
} from '../../schema/codes/social.ts';
import { registerCodes } from '../codes.ts';

export const HousingClassEnum = registerCodes(
  'HousingClass',
  'How somebody is housed: the homelessness classes of ARA, and those of people with a home (fi asunnottomuusluokka / sv hemlöshetsklass).',
  HOUSING_CLASSES,
);

export const TenancyEnum = registerCodes(
  'Tenancy',
  'Kind of tenancy (fi hallintamuoto / sv besittningsform).',
  TENANCIES,
);

export const HousingNeedEnum = registerCodes(
  'HousingNeed',
  'What the client needs of housing (fi asumisen tarve / sv boendebehov).',
  HOUSING_NEEDS,
);

export const ServiceTaskEnum = registerCodes(
  'ServiceTask',
  'Service task of social welfare (fi palvelutehtävä / sv serviceuppgift).',
  SERVICE_TASKS,
);

export const LifecycleStateEnum = registerCodes(
  'SocialLifecycleState',
  'How far a case of social services is, in order (fi asian vaihe / sv ärendets skede).',
  LIFECYCLE_STATES,
);

export const SocialServiceKindEnum = registerCodes(
  'SocialServiceKind',
  'Kind of social service (fi sosiaalipalvelu / sv socialservice).',
  SOCIAL_SERVICE_KINDS,
);

export const DecisionOutcomeEnum = registerCodes(
  'DecisionOutcome',
  'Outcome of a decision (fi päätöksen tulos / sv beslutets utfall).',
  DECISION_OUTCOMES,
);

export const AssistanceKindEnum = registerCodes(
  'AssistanceKind',
  'Kind of social assistance (fi toimeentulotuen laji / sv typ av utkomststöd).',
  ASSISTANCE_KINDS,
);

export const BenefitKindEnum = registerCodes('BenefitKind', 'Kind of benefit (fi etuus / sv förmån).', BENEFITS);

export const BenefitStateEnum = registerCodes(
  'BenefitState',
  'State of a benefit (fi etuuden tila / sv förmånens status).',
  BENEFIT_STATES,
);
