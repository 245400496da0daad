import { INFORMATION_2026_2 } from './information-2026-2.ts';

/** Languages of the information that a client is given; `plain` is plain Finnish (selkosuomi), in 2026-1 with plain Swedish after it. */
export const INFORMATION_LANGUAGES = ['fi', 'sv', 'en', 'plain'] as const;

export type InformationLanguage = (typeof INFORMATION_LANGUAGES)[number];

/** The languages as BCP 47 tags; `simple` is the registered variant for plain language. */
export const INFORMATION_TAGS = {
  fi: 'fi',
  sv: 'sv',
  en: 'en',
  plain: 'fi-simple',
} as const satisfies Record<InformationLanguage, string>;

export type InformationVersion = keyof typeof INFORMATION_VERSIONS;

/**
 * What a client is told before they consent or deny; every consent names the version and language that was given.
 *
 * A published version is never edited: a changed text is a new version, and the old ones stay as long as consents refer to
 * them (703/2023 annex: 12 years after replacement).
 */
export const INFORMATION_VERSIONS = {
  '2026-1': {
    fi: 'Saat itse päättää, mitä tietojasi viranomaiset ja järjestöt näkevät suostumuksesi perusteella, kuka ne näkee ja mihin tarkoitukseen. Kielto on aina suostumusta vahvempi. Voit perua suostumuksen tai kiellon milloin tahansa, eikä se vaikuta oikeuteesi saada palveluja. Osan tiedoista viranomainen saa nähdä suoraan lain nojalla. Jokainen katselu kirjataan, ja näet kirjaukset maksutta.',
    sv: 'Du bestämmer själv vilka av dina uppgifter myndigheter och organisationer ser med ditt samtycke, vem som ser dem och för vilket ändamål. Ett förbud går alltid före ett samtycke. Du kan återkalla ett samtycke eller ett förbud när som helst, och det påverkar inte din rätt till service. En del av uppgifterna får en myndighet se direkt med stöd av lag. Varje visning loggas, och du får se loggen avgiftsfritt.',
    en: 'You decide which of your data authorities and organisations see with your consent, who sees them and for what purpose. A denial is always stronger than a consent. You can withdraw a consent or a denial at any time, and this does not affect your right to services. Some data an authority may see directly by law. Every viewing is logged, and you can see the log free of charge.',
    plain:
      'Sinä päätät, kuka näkee tietosi. Voit sanoa kyllä. Voit sanoa ei. Voit muuttaa mielesi milloin vain. Saat palveluja, vaikka sanoisit ei. Joskus laki antaa luvan katsoa tietojasi. Näet aina, kuka on katsonut tietojasi.\n\nDu bestämmer vem som ser dina uppgifter. Du kan säga ja. Du kan säga nej. Du kan ändra dig när du vill. Du får service även om du säger nej. Ibland ger lagen rätt att titta på dina uppgifter. Du ser alltid vem som har tittat på dina uppgifter.',
  },
  '2026-2': INFORMATION_2026_2,
} as const satisfies Record<string, Record<InformationLanguage, string>>;

/** The version that new consents and denials are given under. */
export const CURRENT_INFORMATION: InformationVersion = '2026-2';

export function isInformationVersion(name: unknown): name is InformationVersion {
  return typeof name === 'string' && Object.hasOwn(INFORMATION_VERSIONS, name);
}

export function isInformationLanguage(name: unknown): name is InformationLanguage {
  return (INFORMATION_LANGUAGES as readonly unknown[]).includes(name);
}

/** The text that a client was given, for instance to read it again years later; undefined when there is no such text. */
export function informationText(version: string, language: string): string | undefined {
  if (!isInformationVersion(version) || !isInformationLanguage(language)) return undefined;
  return INFORMATION_VERSIONS[version][language];
}
