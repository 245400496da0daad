import { type Command, readArgs } from '../command.ts';
import { migrate } from '../migrate.ts';
import { readSettings } from '../settings.ts';
import { openStore } from '../store.ts';
import { note, print } from '../terminal.ts';

export const command: Command = {
  summary: 'bring the database to the state of the migration files',
  help: `
Usage: nivel migrate [--database-url URL] [--json]

Makes the database roles and schemas and applies the migration files that the database has not had yet. Repeating it
changes nothing.

  --database-url URL  PostgreSQL 15 or newer; its user owns the database and may create roles
                      (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR)
  --json              print {"applied": […]} instead of lines
`,
  async run(args) {
    const { values } = readArgs('migrate', args, {
      'database-url': { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const settings = readSettings();
    const url = values['database-url'];
    const store = await openStore(url === undefined ? settings : { ...settings, databaseUrl: url }, {
      share: true,
      onProgress: note,
    });
    try {
      const { applied } = await migrate(store.url, { passwords: settings.databasePasswords, onProgress: note });
      if (values.json) print(JSON.stringify({ applied }));
      else print(applied.length === 0 ? 'Nothing to migrate' : `Migrated: ${applied.length}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
