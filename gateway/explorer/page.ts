import { ROLES } from '../../schema/purposes.ts';
import type { PresentedOperation } from './present.ts';

/** What the page's script reads from the page. */
export interface PageSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Path of this page, also the redirect address once the browser puts its origin before it. */
  readonly home: string;
  /** Folder of GraphiQL's files. */
  readonly graphiql: string;
  /** Path that answers GraphQL. */
  readonly endpoint: string;
  readonly operations: readonly PresentedOperation[];
}

/** The Explorer's page; `browser/main.js` fills in its texts in the reader's language. */
export function renderPage(settings: PageSettings): string {
  const { home } = settings;
  return `<!doctype html>
<html lang="fi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nivel</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${home}/style.css">
<script type="application/json" id="settings">${inScript({ ...settings, roleNames: ROLES })}</script>
<script type="module" src="${home}/main.js"></script>
</head>
<body>
<header>
  <h1 data-text="title">Nivel</h1>
  <div id="session">
    <p id="who" hidden><span data-text="signedIn"></span> <strong id="username"></strong> <span id="roles"></span></p>
    <button id="sign-in" type="button" data-text="signIn" hidden></button>
    <button id="switch-user" type="button" data-text="switchUser" hidden></button>
    <button id="sign-out" type="button" data-text="signOut" hidden></button>
  </div>
  <div role="group" data-label="language">
    <button type="button" class="plain" lang="fi" data-language="fi">Suomi</button>
    <button type="button" class="plain" lang="sv" data-language="sv">Svenska</button>
    <button type="button" class="plain" lang="en" data-language="en">English</button>
  </div>
</header>
<noscript>
  <p lang="fi">Tämä sivu tarvitsee JavaScriptin.</p>
  <p lang="sv">Den här sidan behöver JavaScript.</p>
  <p lang="en">This page needs JavaScript.</p>
</noscript>
<div id="notice" role="alert"></div>
<nav id="operations" aria-labelledby="operations-title" hidden><h2 id="operations-title" data-text="operations"></h2><ul></ul></nav>
<main>
  <section id="intro" hidden>
    <h2 data-text="introTitle"></h2>
    <p data-text="intro"></p>
    <ol><li data-text="step1"></li><li data-text="step2"></li><li data-text="step3"></li><li data-text="step4"></li></ol>
  </section>
  <div id="editor" lang="en" hidden></div>
</main>
</body>
</html>
`;
}

/** JSON that cannot end the script element it stands in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
