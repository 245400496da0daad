import { CLIENTS_IN_TURN, requestBody } from './operations.ts';
import { infoOf } from './servers.ts';
import type { World } from './world.ts';

/**
 * All servers must give the same bytes as `data`, those of the first, without errors, to each operation of several clients.
 *
 * Throws with the place of the first difference: who answers something else is not timed.
 */
export async function compareAnswers({ servers, operations, token }: World): Promise<void> {
  for (const operation of operations) {
    for (const turn of [0, 1, CLIENTS_IN_TURN - 1]) {
      let expected: string | undefined;
      for (const [name, { place }] of servers) {
        const { title } = infoOf(name);
        const data = await dataOf(place.url, requestBody(operation, turn), token, title);
        expected ??= data;
        if (data === expected) continue;
        const { clients, agencies } = operation;
        throw new Error(
          `${title} does not answer what the hand-written program does, so nothing is timed: ` +
            `${clients} clients, ${agencies} agencies, ${difference(data, expected)}.`,
        );
      }
    }
  }
}

async function dataOf(url: string, body: string, token: string, title: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const answer = response.ok ? (JSON.parse(text) as { data?: unknown; errors?: unknown }) : {};
  if (answer.errors !== undefined || answer.data == null)
    throw new Error(`${title} answered ${response.status} ${text.slice(0, 500)}`);
  return JSON.stringify(answer.data);
}

function difference(text: string, expected: string): string {
  let at = 0;
  while (text[at] === expected[at]) at += 1;
  const around = (whole: string): string => JSON.stringify(whole.slice(Math.max(0, at - 40), at + 40));
  return `at ${at}, ${around(text)} instead of ${around(expected)}`;
}
