/** Where a person's name and languages come from. */
export type Origin = keyof typeof ORIGINS;

interface OriginNames {
  readonly men: readonly string[];
  readonly women: readonly string[];
  readonly last: readonly string[];
}

const list = (text: string): readonly string[] => text.split(' ');

/** Common names of the generations of clients; no combination is meant to be anybody. */
export const ORIGINS = {
  FINNISH: {
    men: list(
      'Mika Jari Timo Marko Janne Sami Jani Antti Ville Mikko Juha Petri Tomi Toni Kimmo Jukka Pasi Tero Teemu Lauri Jesse Joni Niko Aleksi Henri Eetu Jarmo Esa Kari Harri Reijo Ari Jouni Risto Hannu Arto Juho Topias Matti Olli',
    ),
    women: list(
      'Sanna Minna Heidi Päivi Tiina Jenni Katja Mari Anne Satu Niina Jaana Laura Emmi Noora Susanna Marika Kirsi Johanna Tanja Hanna Riikka Elina Merja',
    ),
    last: list(
      'Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen Saarinen Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Salo Laitinen Tuominen Rantanen Karjalainen Jokinen Mattila Savolainen Lahtinen Ahonen Leppänen Vainio Väisänen Miettinen Ojala Hiltunen Kallio Toivonen Aaltonen Räsänen Manninen Hakala Partanen Kettunen Hirvonen Pitkänen Halonen Lampinen Peltonen Suominen Moilanen Karppinen Rautio Kokkonen',
    ),
  },
  FINLAND_SWEDISH: {
    men: list('Anders Kaj Tom Fredrik Mikael Johan Niklas Robert Kim Christian Jonas Patrik Sebastian Stefan'),
    women: list('Maria Carina Sofia Linda Jessica Annika Camilla Ida Pia Heidi'),
    last: list(
      'Johansson Nyman Lindholm Lindström Karlsson Andersson Nyberg Eriksson Holmberg Blomqvist Sjöberg Österberg Sundström Wikström Forsman Lindroos Söderström Westerlund',
    ),
  },
  RUSSIAN: {
    men: list('Sergei Aleksandr Dmitri Andrei Maksim Igor Nikita Pavel'),
    women: list('Olga Irina Natalia Elena Svetlana'),
    last: list('Ivanov Smirnov Kuznetsov Popov Sokolov Lebedev Volkov Morozov'),
  },
  ESTONIAN: {
    men: list('Martin Rasmus Andres Margus Priit Kristjan Toomas Raivo'),
    women: list('Kristiina Liis Triin Anneli Kadri'),
    last: list('Tamm Saar Sepp Mägi Kask Kukk Rebane Ilves'),
  },
  SOMALI: {
    men: list('Mohamed Abdi Ahmed Hassan Yusuf Ali Ibrahim'),
    women: list('Fadumo Hodan Amina Halimo Ayan'),
    last: list('Ali Mohamed Hassan Abdi Farah Omar Warsame Nur'),
  },
  ARABIC: {
    men: list('Omar Khalid Mustafa Hussein Karim Samir'),
    women: list('Fatima Zainab Noor Layla'),
    last: list('Al-Hassan Al-Jabouri Khalil Saleh Haddad Mansour'),
  },
  PERSIAN: {
    men: list('Reza Amir Farid Navid Hamid'),
    women: list('Maryam Shirin Zahra'),
    last: list('Ahmadi Hosseini Karimi Rahimi Rezai Nazari'),
  },
} as const satisfies Record<string, OriginNames>;

/** Russian surnames of women end in -a. */
export function lastNameOf(origin: Origin, last: string, woman: boolean): string {
  return origin === 'RUSSIAN' && woman ? `${last}a` : last;
}
