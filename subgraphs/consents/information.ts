import { Arg, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { CURRENT_INFORMATION, type INFORMATION_LANGUAGES, INFORMATION_VERSIONS } from '../../consent/information.ts';
import { registerCodes } from '../codes.ts';

const LANGUAGE_NAMES = {
  fi: { fi: 'suomi', sv: 'finska', en: 'Finnish' },
  sv: { fi: 'ruotsi', sv: 'svenska', en: 'Swedish' },
  en: { fi: 'englanti', sv: 'engelska', en: 'English' },
  plain: { fi: 'selkokieli', sv: 'lätt språk', en: 'plain language' },
} as const satisfies Record<(typeof INFORMATION_LANGUAGES)[number], object>;

export const InformationLanguageEnum = registerCodes(
  'InformationLanguage',
  'Language of the information that the client is given (fi informoinnin kieli / sv informationens språk).',
  LANGUAGE_NAMES,
);

@ObjectType({ description: 'What a client is told before they consent or deny (fi informointi / sv information).' })
class ConsentInformation {
  @Field(() => String, { description: 'Version to name in the consent (fi versio / sv version).' })
  readonly version!: string;

  @Field(() => InformationLanguageEnum, { description: 'Language of the text (fi kieli / sv språk).' })
  readonly language!: keyof typeof LANGUAGE_NAMES;

  @Field(() => String, { description: 'The text to show or read aloud (fi teksti / sv text).' })
  readonly text!: string;
}

@Resolver()
export class InformationResolver {
  @Query(() => ConsentInformation, {
    nullable: true,
    description:
      'The information now in force: show it before a consent (fi voimassa oleva informointi / sv gällande information).',
  })
  consentInformation(
    @Arg('language', () => InformationLanguageEnum, { description: 'Language wanted (fi kieli / sv språk).' })
    language: keyof typeof LANGUAGE_NAMES,
  ): ConsentInformation {
    return { version: CURRENT_INFORMATION, language, text: INFORMATION_VERSIONS[CURRENT_INFORMATION][language] };
  }
}
