import { EMERGENCY_GROUNDS, REQUEST_GROUNDS } from '../../consent/grounds.ts';
import type { REVIEW_SUBJECTS } from '../../consent/review.ts';
import { WITHHOLDING_STATUTES } from '../../consent/withholding.ts';
import type { Names } from '../../schema/categories.ts';
import { registerCodes } from '../codes.ts';

export const EmergencyGroundEnum = registerCodes(
  'EmergencyGround',
  'Why somebody must be helped now (fi hätätilanteen peruste / sv grund för nödåtkomst).',
  EMERGENCY_GROUNDS,
);

export const RequestGroundEnum = registerCodes(
  'RequestGround',
  'The ground in law of a specified request (fi pyynnön peruste / sv begärans grund).',
  REQUEST_GROUNDS,
);

export const WithholdingStatuteEnum = registerCodes(
  'WithholdingStatute',
  'The statute by which a look is kept from the client’s own log (fi rajoituksen säädös / sv begränsningens författning).',
  Object.fromEntries(
    Object.entries(WITHHOLDING_STATUTES).map(([id, { citation, names }]) => [
      id,
      { fi: `${citation}: ${names.fi}`, sv: `${citation}: ${names.sv}`, en: `${citation}: ${names.en}` },
    ]),
  ),
);

export const ReviewSubjectEnum = registerCodes('ReviewSubject', 'What is reviewed (fi kohde / sv föremål).', {
  DECLARED: { fi: 'ilmoitettu asiakassuhde', sv: 'anmäld klientrelation', en: 'Declared relationship' },
  EMERGENCY: { fi: 'hätäpääsy', sv: 'nödåtkomst', en: 'Emergency access' },
  REQUEST: { fi: 'tietopyyntö', sv: 'begäran om uppgifter', en: 'Request' },
  RESTRICTION: { fi: 'katselutietojen rajoitus', sv: 'begränsad insyn i visningar', en: 'Restriction' },
} satisfies Record<(typeof REVIEW_SUBJECTS)[number], Names>);

export const ReviewOutcomeEnum = registerCodes('ReviewOutcome', 'How a review ended (fi tulos / sv resultat).', {
  APPROVED: { fi: 'hyväksytty', sv: 'godkänd', en: 'Approved' },
  REJECTED: { fi: 'hylätty: päättyi heti', sv: 'underkänd: upphörde genast', en: 'Rejected: ended at once' },
});
