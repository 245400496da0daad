import { mountEditor, openOperation } from './editor.js';
import { beginSignIn, dropExpiredSession, finishSignIn, readSession, SignInError, signOut } from './signin.js';
import { chosenLanguage, isLanguage, keepLanguage, TEXTS } from './texts.js';

/** @typedef {import('./signin.js').Session} Session */
/** @typedef {import('./texts.js').TextName} TextName */
/** @typedef {Record<'fi' | 'sv' | 'en', string>} Names */
/** @typedef {{ titles: Names, roles: Names[], text: string, variables: string }} Operation */

/** @type {{ issuer: string, clientId: string, home: string, graphiql: string, endpoint: string, operations: Operation[], roleNames: Record<string, Names> }} */
const settings = JSON.parse(byId('settings').textContent ?? '');
let language = chosenLanguage();
/** @type {TextName | null} */
let notice = null;

byId('sign-in').addEventListener('click', () => leaveForSignIn(false));
byId('switch-user').addEventListener('click', () => leaveForSignIn(true));
byId('sign-out').addEventListener('click', async () => {
  await signOut(settings, { language });
});
for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    const wanted = button instanceof HTMLElement ? button.dataset.language : undefined;
    if (!isLanguage(wanted)) return;
    language = wanted;
    keepLanguage(language);
    show();
  });
}
await start();

async function start() {
  try {
    await finishSignIn(settings);
  } catch (error) {
    notice = error instanceof SignInError ? error.reason : 'signInFailed';
  }
  if (dropExpiredSession()) notice ??= 'expired';
  show();
  const [first] = settings.operations;
  if (!readSession() || first === undefined) return;
  const options = { folder: settings.graphiql, fetcher: askHub, first };
  await mountEditor(byId('editor'), options).catch(() => tell('editorDown'));
}

/** @param {boolean} anew */
async function leaveForSignIn(anew) {
  await beginSignIn(settings, { language, anew }).catch((error) => {
    tell(error instanceof SignInError ? error.reason : 'signInFailed');
  });
}

/** GraphiQL's fetcher: the token goes along in the header, and a refused token is told beside the answer. @param {unknown} params */
async function askHub(params) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${readSession()?.token}` };
  try {
    const response = await fetch(settings.endpoint, { method: 'POST', headers, body: JSON.stringify(params) });
    const answer = await response.json();
    if (response.status === 401) {
      tell(answer.errors?.[0]?.extensions?.code === 'TOKEN_EXPIRED' ? 'expired' : 'refused');
    } else {
      tell(null);
    }
    return answer;
  } catch {
    tell('hubDown');
    throw new Error(TEXTS[language].hubDown);
  }
}

/** @param {TextName | null} what */
function tell(what) {
  if (notice === what) return;
  notice = what;
  show();
}

/** Writes every text in the reader's language and shows what the state calls for. */
function show() {
  const texts = TEXTS[language];
  const session = readSession();
  document.documentElement.lang = language;
  document.title = texts.title;
  for (const element of elements('[data-text]')) {
    element.textContent = texts[/** @type {TextName} */ (element.dataset.text)];
  }
  for (const element of elements('[data-label]')) {
    element.setAttribute('aria-label', texts[/** @type {TextName} */ (element.dataset.label)]);
  }
  for (const element of elements('[data-language]')) {
    element.setAttribute('aria-pressed', String(element.dataset.language === language));
  }
  byId('notice').textContent = notice === null ? '' : texts[notice];
  byId('sign-in').hidden = session !== null && notice !== 'expired' && notice !== 'refused';
  byId('intro').hidden = Boolean(session);
  for (const id of ['who', 'switch-user', 'sign-out', 'operations', 'editor']) byId(id).hidden = !session;
  if (session) showSession(session);
}

/** @param {Session} session */
function showSession({ username, roles }) {
  const names = roles.flatMap((role) => settings.roleNames[role]?.[language] ?? []);
  byId('username').textContent = username;
  byId('roles').textContent = names.length > 0 ? `(${names.join(', ')})` : '';
  const items = settings.operations.map((operation) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(`${operation.titles[language]} `);
    const who = document.createElement('small');
    who.textContent = operation.roles.map((role) => role[language]).join(', ');
    button.append(who);
    button.addEventListener('click', () => openOperation(operation));
    const item = document.createElement('li');
    item.append(button);
    return item;
  });
  byId('operations')
    .querySelector('ul')
    ?.replaceChildren(...items);
}

/** @param {string} selector @returns {NodeListOf<HTMLElement>} */
function elements(selector) {
  return document.querySelectorAll(selector);
}

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new TypeError(`The page has no element ${id}.`);
  return element;
}
