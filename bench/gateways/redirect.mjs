// Loaded before the hub whose guard is off (`--import`): its guarding modules become those of `unguarded.ts`. Nothing in the hub
// knows of this, and no option of it does the same.
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const GUARDS = ['audit/log.ts', 'auth/pass.ts', 'consent/decide.ts', 'gateway/facts.ts', 'gateway/record.ts'].map(
  (path) => new URL(`../../${path}`, import.meta.url),
);
const REPLACED = new Set(GUARDS.map(({ href }) => href));
const UNGUARDED = new URL('unguarded.ts', import.meta.url).href;

if (isMainThread) {
  const gone = GUARDS.find((file) => !existsSync(file));
  if (gone !== undefined) throw new Error(`There is no ${gone.pathname} any more whose guard could be off.`);
  register(import.meta.url);
}

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  // What takes their place still has all the rest from them.
  const isOwn = withoutQuery(context.parentURL ?? '') === UNGUARDED;
  return !isOwn && REPLACED.has(withoutQuery(found.url)) ? { ...found, url: UNGUARDED } : found;
}

function withoutQuery(url) {
  return url.split('?')[0];
}
