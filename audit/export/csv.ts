/**
 * One record of a CSV file, with its line end (RFC 4180): CRLF, cells quoted where they must be, quotes doubled.
 *
 * No cell is a formula to a spreadsheet: one that would be begins with an apostrophe instead, which spreadsheets show as text. That
 * holds for = + - @, their full-width forms, tab and line ends, and for spaces before them (OWASP, CSV Injection). Null is an empty
 * cell. Pure.
 */
export function csvRecord(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/**
 * What a CSV file begins with: the UTF-8 byte order mark. Spreadsheets, which is what the file is for, take a file without one for
 * the system's old code page and spoil ä and ö; programs have JSON Lines.
 */
export const CSV_START = '\ufeff';

function cellOf(cell: string | number | null): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const FORMULA = /^[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
