/** @typedef {(params: unknown) => Promise<unknown>} Fetcher */
/** @typedef {{ text: string, variables: string }} Operation */

/**
 * Loads GraphiQL and shows it in `place` with `first` open. Its tabs live as long as the browser tab; nothing is put
 * in the address, which proxies and histories keep.
 *
 * @param {HTMLElement} place
 * @param {{ folder: string, fetcher: Fetcher, first: Operation }} options
 */
export async function mountEditor(place, { folder, fetcher, first }) {
  /** @type {Record<string, string>} */
  const workers = {
    editorWorkerService: `${folder}/editor.worker.js`,
    json: `${folder}/json.worker.js`,
    graphql: `${folder}/graphql.worker.js`,
  };
  window.MonacoEnvironment = { globalAPI: true, getWorkerUrl: (_id, label) => workers[label] ?? '' };
  await Promise.all([
    load(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${folder}/graphiql.css` })),
    load(Object.assign(document.createElement('script'), { src: `${folder}/graphiql.js` })),
  ]);
  // WCAG 2.1.2: the Tab key leaves the editors instead of indenting in them.
  window.monaco.editor.onDidCreateEditor((editor) => editor.updateOptions({ tabFocusMode: true }));
  // What the tab had open before a sign-in or a reload comes back; only a new one begins with `first`.
  const fresh = sessionStorage.getItem('graphiql:tabState') === null;
  window.YogaGraphiQL.renderYogaGraphiQL(place, {
    fetcher,
    title: 'GraphiQL',
    logo: ' ',
    storage: sessionStorage,
    defaultTabs: [{ query: first.text, variables: first.variables }],
    ...(fresh && { variables: first.variables }),
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
    onEditQuery: () => {},
  });
}

/** Goes to the tab that has the operation open, or opens it in a new one. @param {Operation} operation */
export function openOperation({ text, variables }) {
  const name = /^(?:query|mutation)\s+(\w+)/m.exec(text)?.[1];
  /** @type {NodeListOf<HTMLElement>} */
  const tabs = document.querySelectorAll('.graphiql-tab-button');
  const open = [...tabs].find((tab) => tab.textContent?.trim() === name);
  if (open !== undefined) return open.click();
  /** @type {HTMLElement | null} */
  const another = document.querySelector('.graphiql-tab-add');
  another?.click();
  for (const model of window.monaco?.editor.getModels() ?? []) {
    if (model.uri.path.endsWith('operation.graphql')) model.setValue(text);
    if (model.uri.path.endsWith('variables.json')) model.setValue(variables);
  }
}

/** @param {HTMLLinkElement | HTMLScriptElement} element */
function load(element) {
  return new Promise((resolve, reject) => {
    element.addEventListener('load', resolve);
    element.addEventListener('error', reject);
    document.head.append(element);
  });
}
