import type { CommandGroup } from '../command.ts';

export const command: CommandGroup = {
  summary: 'export, verify and prove the audit log; erase what is past its time',
  help: `
nivel audit COMMAND --help tells more. Exit codes: 0 true or done, 1 false or failed, 2 could not tell or wrong usage.
`,
  commands: {
    verify: () => import('./audit/verify.ts'),
    check: () => import('./audit/check.ts'),
    prove: () => import('./audit/prove.ts'),
    export: () => import('./audit/export.ts'),
    erase: () => import('./audit/erase.ts'),
  },
};
