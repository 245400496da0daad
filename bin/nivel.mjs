#!/usr/bin/env node
// The `nivel` command: runs the TypeScript sources as they are, from whatever folder it is called in.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
const { main } = await import('./nivel.ts');
process.exitCode = await main(process.argv.slice(2));
