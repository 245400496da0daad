import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CSV_START, csvRecord } from '../../audit/export/csv.ts';
import { readCsv } from './read-csv.ts';

const harmless = (text: string): string => text.replace(/^'/, '');
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.constantFrom(...'=+-@\t\r\n ＝＋－＠"\','), fc.string()).map((parts) => parts.join('')),
);

test('any cells come back as RFC 4180 reads them, and none of them is a formula', () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1 }), (cells) => {
      const read = readCsv(csvRecord(cells));
      expect(read).toHaveLength(1);
      expect(read[0]?.map((cell, n) => (cells[n] === cell ? cell : harmless(cell)))).toEqual(cells);
      for (const cell of read[0] ?? []) expect(cell.trimStart()).not.toMatch(/^[=+\-@＝＋－＠]/u);
      for (const cell of read[0] ?? []) expect(cell).not.toMatch(/^[\t\r\n]/);
    }),
  );
});

test.each([
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+358401234567', "'+358401234567"],
  ['-1+1', "'-1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
  ['a=1', 'a=1'],
  ['a,b', '"a,b"'],
  ['Häyrynen', 'Häyrynen'],
])('%j is written %s', (cell, written) => {
  expect(csvRecord([cell])).toBe(`${written}\r\n`);
});

test('numbers stay numbers, null is empty, a file begins with a byte order mark', () => {
  expect(csvRecord([-1, 0, null, ''])).toBe('-1,0,,\r\n');
  expect(Buffer.from(CSV_START).toString('hex')).toBe('efbbbf');
});
