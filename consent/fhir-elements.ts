import { CATEGORIES, type CategoryName, type Names } from '../schema/categories.ts';
import type { Coded } from './coded.ts';

/** Elements that the hub's FHIR R4 (4.0.1) resources share. Code systems and naming systems of the hub are its own. */
export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const HUB = 'https://nivel.example/fhir';

const SENSITIVITIES: Readonly<Record<string, Names>> = {
  secret: { fi: 'Salassa pidettävä', sv: 'Sekretessbelagd', en: 'Secret' },
  criminal: { fi: 'Rikosasioiden tieto', sv: 'Uppgift i brottmål', en: 'Criminal data' },
  art9: { fi: 'Erityinen henkilötietoryhmä', sv: 'Särskild kategori', en: 'Special category' },
  own: { fi: 'Asiakkaan oma tieto', sv: 'Klientens egen uppgift', en: 'The client’s own data' },
};

/** How sensitive the categories are, each label once. */
export function labelsOf(categories: readonly CategoryName[]) {
  const labels = [...new Set(categories.map((name) => CATEGORIES[name].sensitivity))];
  return labels.map((code) => coding('sensitivity', { code, names: SENSITIVITIES[code] }));
}

export function coding(system: string, { code, names }: Coded) {
  return { system: `${HUB}/CodeSystem/${system}`, code, ...displayed(names) };
}

/** Finnish, with Swedish and English in R4's own `translation` extension. */
export function displayed(names: Names | undefined) {
  if (names === undefined) return {};
  const translation = (lang: 'sv' | 'en') => ({
    url: 'http://hl7.org/fhir/StructureDefinition/translation',
    extension: [
      { url: 'lang', valueCode: lang },
      { url: 'content', valueString: names[lang] },
    ],
  });
  return { display: names.fi, _display: { extension: [translation('sv'), translation('en')] } };
}

export function naming(system: string): string {
  return `${HUB}/NamingSystem/${system}`;
}

/** FHIR knows no empty lists. */
export function listed<Name extends string, Item>(name: Name, items: readonly Item[]) {
  return (items.length === 0 ? {} : { [name]: items }) as { readonly [key in Name]?: readonly Item[] };
}
