import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkConsent, checkDenial } from '../../consent/draft.ts';
import {
  CURRENT_INFORMATION,
  INFORMATION_LANGUAGES,
  INFORMATION_VERSIONS,
  informationText,
} from '../../consent/information.ts';
import { clientNumber, consentDraft, denialDraft } from './ledger-harness.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Consents refer to these texts for 12 years: a digest that differs means that a published text was edited. Add a version instead. */
const PUBLISHED = {
  '2026-1': { fi: 'ef8a698ac7053f36', sv: 'f7a4a15cddb2d8c1', en: '4807554c528e571e', plain: 'bf74fce6dd515e50' },
  '2026-2': { fi: 'cdd0acd88fa1e176', sv: '00e19e9d31a753c2', en: '358982e45d43d568', plain: '7fe39fa5ffb60ac0' },
} as const;

test('a published version is never edited', () => {
  const digests = Object.entries(INFORMATION_VERSIONS).map(([version, texts]) => [
    version,
    Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, digest(text)])),
  ]);
  expect(Object.fromEntries(digests)).toEqual(PUBLISHED);
});

test('the newest version is the one in force', () => {
  expect(CURRENT_INFORMATION).toBe(Object.keys(INFORMATION_VERSIONS).sort().at(-1));
});

describe('the version in force tells, in every language,', () => {
  const texts = INFORMATION_VERSIONS[CURRENT_INFORMATION];

  test.each([
    ['that consent is free', { fi: 'vapaaehtoinen', sv: 'frivilligt', en: 'voluntary', plain: 'ei ole pakko' }],
    [
      'that it can be withdrawn',
      { fi: 'milloin tahansa', sv: 'när som helst', en: 'at any time', plain: 'milloin vain' },
    ],
    ['that a denial wins', { fi: 'vahvempi', sv: 'går alltid före', en: 'stronger', plain: 'vahvempi' }],
    ['of the emergency', { fi: 'hätätilanteessa', sv: 'nödsituation', en: 'emergency', plain: 'Hätätilanteessa' }],
    ['of the log, free of charge', { fi: 'maksutonta', sv: 'avgiftsfritt', en: 'free of charge', plain: 'ei maksa' }],
    ['how long it is kept', { fi: '12 vuotta', sv: '12 år', en: '12 years', plain: '12 vuotta' }],
    [
      'whom to ask',
      { fi: 'tietosuojavastaavalta', sv: 'dataskyddsombud', en: 'privacy officer', plain: 'tietosuojavastaavalta' },
    ],
    ['where to complain', { fi: 'tietosuoja.fi', sv: 'tietosuoja.fi', en: 'tietosuoja.fi', plain: 'tietosuoja.fi' }],
  ])('%s', (_what, words) => {
    for (const language of INFORMATION_LANGUAGES) expect(texts[language], language).toContain(words[language]);
  });

  // Every statute of consent.md that opens data without consent.
  test.each(['1301/2021', '703/2023', '381/2023'])('the statute %s', (statute) => {
    for (const language of ['fi', 'sv', 'en'] as const) expect(texts[language], language).toContain(statute);
  });

  test('the same things: as many paragraphs in Finnish, Swedish and English', () => {
    const paragraphs = (text: string) => text.split('\n').length;
    expect(paragraphs(texts.sv)).toBe(paragraphs(texts.fi));
    expect(paragraphs(texts.en)).toBe(paragraphs(texts.fi));
  });

  test('and the plain one in short sentences of plain Finnish', () => {
    const sentences = texts.plain.split(/[.\n]+/).filter((sentence) => sentence.trim() !== '');
    const words = sentences.map((sentence) => sentence.trim().split(/\s+/).length);
    expect(Math.max(...words)).toBeLessThanOrEqual(14);
    expect(texts.plain).not.toMatch(/§|å|\d+\/\d{4}/);
  });
});

describe('no consent and no denial without an informing version', () => {
  const client = clientNumber(1);
  test.each([
    ['none', { informationVersion: '' }, 'INFORMATION_MISSING'],
    ['an unknown version', { informationVersion: '2025-9' }, 'UNKNOWN_INFORMATION_VERSION'],
    ['a name of every object', { informationVersion: 'toString' }, 'UNKNOWN_INFORMATION_VERSION'],
    ['an unknown language', { informationLanguage: 'de' }, 'UNKNOWN_INFORMATION_LANGUAGE'],
  ] as const)('%s', (_what, given, code) => {
    expect(() => checkConsent(consentDraft(client, given), Date.now())).toThrow(expect.objectContaining({ code }));
    expect(() => checkDenial(denialDraft(client, given))).toThrow(expect.objectContaining({ code }));
  });

  test('any version that was ever shown is known', () => {
    for (const informationVersion of Object.keys(INFORMATION_VERSIONS)) {
      for (const informationLanguage of INFORMATION_LANGUAGES) {
        checkConsent(consentDraft(client, { informationVersion, informationLanguage }), Date.now());
        expect(informationText(informationVersion, informationLanguage)?.length).toBeGreaterThan(100);
      }
    }
    expect(informationText('2025-9', 'fi')).toBeUndefined();
    expect(informationText('2026-1', 'de')).toBeUndefined();
  });
});
