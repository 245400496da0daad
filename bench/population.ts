import { randomBytes } from 'node:crypto';
import { DEMO_USERS } from '../auth/users.ts';
import { connectDatabase } from '../bin/database.ts';
import { migrate } from '../bin/migrate.ts';
import { loadPopulation } from '../population/load.ts';
import { benchServer } from './server.ts';

/**
 * Loads a population into a database of its own and prints clients a second and this process's memory over the load.
 *
 * `tsx bench/population.ts [count]`, 100,000 by default; on the PostgreSQL of DATABASE_URL, else on a temporary one.
 */
async function main(count: number): Promise<void> {
  const server = await benchServer();
  try {
    await measure(server.url, count);
  } finally {
    await server.stop();
  }
}

async function measure(serverUrl: string, count: number): Promise<void> {
  const name = `nivel_bench_${randomBytes(4).toString('hex')}`;
  await run(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  try {
    await migrate(url.href);
    const client = await connectDatabase(url.href);
    const memory: number[] = [];
    const began = performance.now();
    const { rows } = await loadPopulation(client, {
      seed: 1,
      count,
      today: new Date(),
      staff: DEMO_USERS,
      onProgress: () => memory.push(process.memoryUsage.rss()),
    });
    const seconds = (performance.now() - began) / 1_000;
    await client.end();
    const quarter = Math.ceil(memory.length / 4);
    console.log(
      `${count} clients, ${rows} rows in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} clients a second`,
    );
    console.log(
      `memory: ${peak(memory.slice(0, quarter))} MB at most in the first quarter, ${peak(memory.slice(-quarter))} MB in the last`,
    );
  } finally {
    await run(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

function peak(bytes: readonly number[]): number {
  return Math.round(Math.max(...bytes) / 1_048_576);
}

async function run(url: string, statement: string): Promise<void> {
  const client = await connectDatabase(url);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

await main(Number(process.argv[2] ?? 100_000));
