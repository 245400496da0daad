import type { Names } from '../../schema/categories.ts';
import { isRole, ROLES, type Role } from '../../schema/purposes.ts';
import type { ReadyOperation } from '../trusted.ts';

/** A ready operation as the Explorer's menu shows it. */
export interface PresentedOperation {
  readonly titles: Names;
  /** Names of the roles to sign in as; empty when any will do. */
  readonly roles: readonly Names[];
  /** The whole file, header included: its hash makes it a trusted document. */
  readonly text: string;
  /** JSON, indented; `{}` when the operation has none. */
  readonly variables: string;
}

/**
 * Reads the header of a ready operation: comment lines `# key: value` before its first other line, all optional.
 *
 * `variables`: a JSON object, prefilled; `fi`, `sv`, `en`: titles, the file's name where one is missing; `roles`: role names
 * between commas. Throws `TypeError` on variables that are no JSON object and on an unknown role.
 */
export function present({ name, text }: ReadyOperation): PresentedOperation {
  const header = readHeader(text);
  const title = (language: string): string => header.get(language) ?? name;
  return {
    titles: { fi: title('fi'), sv: title('sv'), en: title('en') },
    roles: readRoles(name, header.get('roles')).map((role) => ROLES[role]),
    text,
    variables: JSON.stringify(readVariables(name, header.get('variables')), null, 2),
  };
}

function readHeader(text: string): ReadonlyMap<string, string> {
  const header = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^#\s*(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) break;
    header.set(key, value);
  }
  return header;
}

function readVariables(name: string, json = '{}'): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new TypeError(`Operation ${name}: expected a JSON object after "# variables:".`);
}

function readRoles(name: string, list = ''): readonly Role[] {
  const roles = list.split(',').map((role) => role.trim());
  return roles.filter(Boolean).map((role) => {
    if (isRole(role)) return role;
    throw new TypeError(`Operation ${name}: "# roles:" names an unknown role.`);
  });
}
