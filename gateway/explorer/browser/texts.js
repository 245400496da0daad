/** @typedef {'fi' | 'sv' | 'en'} Language */

export const TEXTS = {
  fi: {
    title: 'Nivel – kyselytyökalu',
    language: 'Kieli',
    signIn: 'Kirjaudu sisään',
    signOut: 'Kirjaudu ulos',
    switchUser: 'Vaihda käyttäjää',
    signedIn: 'Kirjautunut:',
    operations: 'Valmiit toiminnot',
    introTitle: 'Kirjaudu sisään ja kysy',
    intro:
      'Nivel vastaa vain sille, jonka se tunnistaa. Kehityskäytössä kirjaudutaan kokeilukäyttäjänä ilman salasanaa, ja kaikki henkilöt ovat keksittyjä.',
    step1: 'Paina ”Kirjaudu sisään” ja valitse käyttäjä, esimerkiksi coordinator (työkykykoordinaattori).',
    step2: 'Valitse jokin valmiista toiminnoista: se avautuu muokattavaksi muuttujineen.',
    step3: 'Suorita se vaaleanpunaisella kolmiopainikkeella tai näppäimillä Ctrl + Enter.',
    step4: 'Vaihda käyttäjää ja suorita sama uudelleen: näet, mitä kukin saa nähdä.',
    expired: 'Kirjautumisesi on vanhentunut. Kirjaudu uudelleen, niin voit jatkaa.',
    refused: 'Kirjautumistasi ei hyväksytty. Kirjaudu uudelleen.',
    signInFailed: 'Kirjautuminen ei onnistunut. Yritä uudelleen.',
    issuerDown: 'Kirjautumispalvelu ei vastaa. Yritä hetken kuluttua uudelleen.',
    hubDown: 'Nivel ei vastaa. Yritä hetken kuluttua uudelleen.',
    editorDown: 'Muokkainta ei saatu ladattua. Lataa sivu uudelleen.',
  },
  sv: {
    title: 'Nivel – frågeverktyg',
    language: 'Språk',
    signIn: 'Logga in',
    signOut: 'Logga ut',
    switchUser: 'Byt användare',
    signedIn: 'Inloggad:',
    operations: 'Färdiga åtgärder',
    introTitle: 'Logga in och fråga',
    intro:
      'Nivel svarar bara den som det känner igen. Under utveckling loggar man in som provanvändare utan lösenord, och alla personer är påhittade.',
    step1: 'Tryck på ”Logga in” och välj en användare, till exempel coordinator (arbetsförmågekoordinator).',
    step2: 'Välj en av de färdiga åtgärderna: den öppnas för redigering med sina variabler.',
    step3: 'Kör den med den rosa triangelknappen eller med tangenterna Ctrl + Enter.',
    step4: 'Byt användare och kör samma åtgärd igen: du ser vad var och en får se.',
    expired: 'Din inloggning har gått ut. Logga in på nytt för att fortsätta.',
    refused: 'Din inloggning godkändes inte. Logga in på nytt.',
    signInFailed: 'Inloggningen lyckades inte. Försök igen.',
    issuerDown: 'Inloggningstjänsten svarar inte. Försök igen om en stund.',
    hubDown: 'Nivel svarar inte. Försök igen om en stund.',
    editorDown: 'Redigeraren kunde inte laddas. Ladda om sidan.',
  },
  en: {
    title: 'Nivel – Explorer',
    language: 'Language',
    signIn: 'Sign in',
    signOut: 'Sign out',
    switchUser: 'Switch user',
    signedIn: 'Signed in:',
    operations: 'Ready operations',
    introTitle: 'Sign in and ask',
    intro:
      'Nivel answers only those it recognises. In development you sign in as a demo user without a password, and every person is invented.',
    step1: 'Press “Sign in” and choose a user, for instance coordinator (work-ability coordinator).',
    step2: 'Choose one of the ready operations: it opens for editing, with its variables.',
    step3: 'Run it with the pink triangle button or with Ctrl + Enter.',
    step4: 'Switch user and run the same again: you see what each of them may see.',
    expired: 'Your sign-in has expired. Sign in again to go on.',
    refused: 'Your sign-in was not accepted. Sign in again.',
    signInFailed: 'Signing in did not succeed. Try again.',
    issuerDown: 'The sign-in service does not answer. Try again in a while.',
    hubDown: 'Nivel does not answer. Try again in a while.',
    editorDown: 'The editor could not be loaded. Reload the page.',
  },
};

/** @typedef {keyof typeof TEXTS.fi} TextName */

const KEPT = 'nivel.language';

/** The language that the reader chose, else the first of the browser's that is ours, else Finnish. @returns {Language} */
export function chosenLanguage() {
  const wanted = [localStorage.getItem(KEPT) ?? '', ...navigator.languages].map((tag) => tag.split('-')[0] ?? '');
  return wanted.find(isLanguage) ?? 'fi';
}

/** @param {Language} language */
export function keepLanguage(language) {
  localStorage.setItem(KEPT, language);
}

/** @param {string | undefined} tag @returns {tag is Language} */
export function isLanguage(tag) {
  return tag !== undefined && Object.hasOwn(TEXTS, tag);
}
