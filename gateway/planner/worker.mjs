// Where the planner's thread begins: a thread inherits no loader, so that it learns to read TypeScript as the `nivel` command does.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) });
await import('./worker.ts');
