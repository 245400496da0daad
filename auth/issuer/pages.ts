import { ROLES, type Role } from '../../schema/purposes.ts';
import type { Principal } from '../principal.ts';

export type Language = 'fi' | 'sv' | 'en';

const TEXTS = {
  fi: {
    signIn: 'Kirjaudu Niveleen',
    explain: 'Kehityskäyttö: valitse kokeilukäyttäjä. Salasanaa ei kysytä, ja kaikki henkilöt ovat keksittyjä.',
    users: 'Kokeilukäyttäjät',
    languages: 'Kieli',
    signOut: 'Kirjaudutaanko ulos?',
    signOutButton: 'Kirjaudu ulos',
    signedOut: 'Olet kirjautunut ulos.',
    failed: 'Kirjautuminen ei onnistunut',
    startAgain: 'Kirjautuminen on vanhentunut. Palaa sivulle, jolta tulit, ja aloita alusta.',
  },
  sv: {
    signIn: 'Logga in i Nivel',
    explain: 'Utveckling: välj en provanvändare. Inget lösenord frågas, och alla personer är påhittade.',
    users: 'Provanvändare',
    languages: 'Språk',
    signOut: 'Vill du logga ut?',
    signOutButton: 'Logga ut',
    signedOut: 'Du har loggat ut.',
    failed: 'Inloggningen lyckades inte',
    startAgain: 'Inloggningen har gått ut. Gå tillbaka till sidan som du kom från och börja om.',
  },
  en: {
    signIn: 'Sign in to Nivel',
    explain: 'Development: choose a demo user. No password is asked, and every person is invented.',
    users: 'Demo users',
    languages: 'Language',
    signOut: 'Do you want to sign out?',
    signOutButton: 'Sign out',
    signedOut: 'You have signed out.',
    failed: 'Signing in did not succeed',
    startAgain: 'This sign-in has expired. Go back to the page that you came from and start again.',
  },
} as const satisfies Record<Language, Record<string, string>>;

const LANGUAGES: Record<Language, string> = { fi: 'Suomi', sv: 'Svenska', en: 'English' };

/** The first language of ours in `wanted` (`?lang=` or `ui_locales`), then in Accept-Language; Finnish when there is none. */
export function languageOf(wanted: string | null | undefined, acceptLanguage: string | undefined): Language {
  for (const tag of `${wanted ?? ''},${acceptLanguage ?? ''}`.toLowerCase().split(/[\s,]+/)) {
    const primary = tag.split(/[-;]/)[0] ?? '';
    if (Object.hasOwn(LANGUAGES, primary)) return primary as Language;
  }
  return 'fi';
}

/** The login page: one button a user; posting `username` to the page's own address signs that user in. */
export function loginPage(language: Language, users: readonly Principal[]): string {
  const text = TEXTS[language];
  const buttons = users.map((user) => {
    const roles = user.roles.map((role: Role) => ROLES[role][language]).join(', ');
    return `<li><button name="username" value="${html(user.username)}">${html(roles)} <span>${html(user.username)}</span></button></li>`;
  });
  const links = Object.entries(LANGUAGES).map(([code, name]) => {
    const current = code === language ? ' aria-current="true"' : '';
    return `<a href="?lang=${code}" lang="${code}" hreflang="${code}"${current}>${name}</a>`;
  });
  return page(
    language,
    text.signIn,
    `<p>${text.explain}</p>
<form method="post" action="?lang=${language}"><h2 id="users">${text.users}</h2>
<ul aria-labelledby="users">${buttons.join('\n')}</ul></form>
<nav aria-label="${text.languages}">${links.join(' ')}</nav>`,
  );
}

/** `form` is oidc-provider's own hidden form, which the button sends. */
export function logoutPage(language: Language, form: string): string {
  const text = TEXTS[language];
  const button = `<button form="op.logoutForm" name="logout" value="yes">${text.signOutButton}</button>`;
  return page(language, text.signOut, `${form}<p>${button}</p>`);
}

export function loggedOutPage(language: Language): string {
  return page(language, TEXTS[language].signedOut, '');
}

export function expiredPage(language: Language): string {
  const text = TEXTS[language];
  return page(language, text.failed, `<p>${text.startAgain}</p>`);
}

/** `error` and `description` are OAuth's own English words (RFC 6749 § 4.1.2.1), for the developer who reads them. */
export function errorPage(language: Language, error: string, description = ''): string {
  return page(language, TEXTS[language].failed, `<p lang="en"><code>${html(error)}</code> ${html(description)}</p>`);
}

function page(language: Language, title: string, main: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${title}</h1>
${main}
</main></body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; }
ul { list-style: none; padding: 0; display: grid; gap: .5rem; }
button { font: inherit; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; text-align: start; border: 1px solid; border-radius: .3rem; cursor: pointer; }
button span { opacity: .75; float: inline-end; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
nav a { display: inline-block; padding: .5rem; } nav [aria-current] { font-weight: bold; }
`;

function html(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
