import { describe, expect, it } from 'vitest';
import { formatIdentityCode, isIdentityCode, parseIdentityCode } from '../../schema/identity-code.ts';

describe('personal identity codes', () => {
  it.each([
    ['150382-901A', '1982-03-15'],
    ['230991-902N', '1991-09-23'],
    ['070375-903D', '1975-03-07'],
    ['111288-904M', '1988-12-11'],
    ['290268-9052', '1968-02-29'],
    ['040401A9069', '2001-04-04'],
  ])('%s is an artificial person born on %s', (code, birthDate) => {
    const parsed = parseIdentityCode(code);
    expect(parsed).toMatchObject({ birthDate, artificial: true });
    expect(formatIdentityCode(birthDate, parsed!.individualNumber)).toBe(code);
  });

  it('the separator tells two people apart', () => {
    expect(parseIdentityCode('100190-999P')).toMatchObject({ birthDate: '1990-01-10', separator: '-' });
    expect(parseIdentityCode('100190Y999P')).toMatchObject({ birthDate: '1990-01-10', separator: 'Y' });
    expect(formatIdentityCode('1990-01-10', 999, 'Y')).toBe('100190Y999P');
  });

  it.each([
    ['010190-999Y', 'wrong check character'],
    ['290267-9052', 'a date that does not exist'],
    ['310490-9010', 'the 31st of April'],
    ['150382/901A', 'unknown separator'],
    ['150382G901A', 'a letter that is no separator'],
    ['150382-901a', 'lower case'],
    ['150382-901G', 'a letter that is no check character'],
    ['150382-901A ', 'a space behind'],
    ['150382-901A\n', 'a line break behind'],
    ['١٥٠٣٨٢-901A', 'digits of another script'],
    ['', 'nothing'],
  ])('%j is none: %s', (code) => {
    expect(parseIdentityCode(code)).toBeNull();
    expect(isIdentityCode(code)).toBe(false);
  });

  it.each([
    ['+', '1882-03-15'],
    ['-', '1982-03-15'],
    ['Y', '1982-03-15'],
    ['X', '1982-03-15'],
    ['W', '1982-03-15'],
    ['V', '1982-03-15'],
    ['U', '1982-03-15'],
    ['A', '2082-03-15'],
    ['F', '2082-03-15'],
  ])('separator %s puts 82 in %s', (separator, birthDate) => {
    expect(parseIdentityCode(`150382${separator}901A`)?.birthDate).toBe(birthDate);
  });

  it('formats only what exists', () => {
    expect(() => formatIdentityCode('2023-02-29', 900)).toThrow(RangeError);
    expect(() => formatIdentityCode('1990-01-10', 1000)).toThrow(RangeError);
    expect(() => formatIdentityCode('1990-01-10', 900, 'A')).toThrow(RangeError);
    expect(() => formatIdentityCode('1790-01-10', 900)).toThrow(RangeError);
  });
});
