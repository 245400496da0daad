/**
 * What an empty list of categories or of sources in a consent event means: all of them. The columns beside the entry name them one by one.
 *
 * One line for each set there has been, since entries of then are verified for as long as the log is kept: a category or a sector
 * that is added to the hub adds a line here, and none is ever taken away.
 */
export const ALL_CATEGORIES: readonly (readonly string[])[] = [
  [
    'IDENTITY_CONTACT',
    'CUSTODY',
    'CUSTODY_DATES',
    'SENTENCE_PLAN',
    'SENTENCE_PLAN_EMPLOYMENT',
    'RESPONSIBLE_WORKERS',
    'BENEFITS',
    'SOCIAL_ASSISTANCE',
    'HOUSING',
    'SOCIAL_SERVICES',
    'EMPLOYMENT',
    'MEDICATION',
    'HEALTH_CONDITIONS',
    'WORK_ABILITY',
    'APPOINTMENTS_REFERRALS',
    'CLIENT_VOICE',
  ],
];

export const ALL_SOURCES: readonly (readonly string[])[] = [
  ['HUB', 'PRISON_SERVICE', 'SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES', 'HEALTH_CARE', 'KELA', 'THIRD_SECTOR'],
];
