import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** A one-time code to say aloud or write down: 8 of 32 letters and digits that are not mixed up, 40 bits. */
export function newCode(): string {
  const letters = [...randomBytes(8)].map((byte) => LETTERS[byte & 31]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** 32 bytes by scrypt, slow enough that a stolen hash does not outlive the code; case, spaces and hyphens do not count. */
export function hashCode(code: string, salt: Buffer): Promise<Buffer> {
  const said = code
    .slice(0, 64)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
  return derive(said, salt, 32) as Promise<Buffer>;
}

const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const derive = promisify<string, Buffer, number, unknown>(scrypt);
