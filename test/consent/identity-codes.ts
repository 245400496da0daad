import { isIdentityCode } from '../../schema/identity-code.ts';

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Is there a personal identity code anywhere in the text? Random UUIDs are left out: one in a million looks like a code. */
export function holdsIdentityCode(text: string): boolean {
  const left = text.replace(UUID, '');
  return Array.from({ length: Math.max(0, left.length - 10) }).some((_, at) => isIdentityCode(left.slice(at, at + 11)));
}
