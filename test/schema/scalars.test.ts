import { GraphQLError, type GraphQLScalarType, parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DateTimeScalar, JsonObjectScalar, LocalDateScalar, PersonalIdentityCodeScalar } from '../../schema/scalars.ts';

/** What a scalar makes of a value as a variable and as a literal in the document. */
function read(scalar: GraphQLScalarType, value: string): readonly unknown[] {
  return [scalar.parseValue(value), scalar.parseLiteral(parseValue(JSON.stringify(value)), {})];
}

/** The value is refused with the code wherever it comes from, and stands in no message. */
function expectRefused(scalar: GraphQLScalarType, value: unknown, code: string): void {
  const literal = typeof value === 'string' ? JSON.stringify(value) : '5';
  const ways = [
    () => scalar.parseValue(value),
    () => scalar.serialize(value),
    () => scalar.parseLiteral(parseValue(literal), {}),
  ];
  for (const way of ways) {
    const error = refusal(way);
    expect(error.extensions.code).toBe(code);
    if (typeof value === 'string' && value !== '') expect(JSON.stringify(error)).not.toContain(value);
    expect(error.originalError).toBeUndefined();
  }
}

function refusal(way: () => unknown): GraphQLError {
  try {
    way();
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  throw new Error('the value was taken');
}

describe('PersonalIdentityCode', () => {
  it.each(['150382-901A', '230991-902N', '040401A9069', '100190Y999P'])('takes %s as it is', (code) => {
    expect(read(PersonalIdentityCodeScalar, code)).toEqual([code, code]);
    expect(PersonalIdentityCodeScalar.serialize(code)).toBe(code);
  });

  it.each([
    '150382-901B',
    '310282-901A',
    '150382-901a',
    ' 150382-901A',
    '150382901A',
    '',
    150382,
    null,
    {},
    ['150382-901A'],
  ])('refuses %j without repeating it', (value) => {
    expectRefused(PersonalIdentityCodeScalar, value, 'PERSONAL_IDENTITY_CODE_INVALID');
  });
});

describe('LocalDate', () => {
  it.each(['2026-11-22', '2024-02-29', '1882-03-15'])('takes %s as it is', (date) => {
    expect(read(LocalDateScalar, date)).toEqual([date, date]);
    expect(LocalDateScalar.serialize(date)).toBe(date);
  });

  it.each(['2023-02-29', '2026-13-01', '2026-1-2', '22.11.2026', '2026-11-22T00:00:00Z', '150382-901A', '', null, {}])(
    'refuses %j without repeating it',
    (value) => expectRefused(LocalDateScalar, value, 'LOCAL_DATE_INVALID'),
  );
});

describe('DateTime', () => {
  it.each([
    ['2026-11-22T10:15:30Z', '2026-11-22T10:15:30.000Z'],
    ['2026-11-22T12:15:30+02:00', '2026-11-22T10:15:30.000Z'],
  ])('takes %s, and gives out UTC', (text, utc) => {
    expect(read(DateTimeScalar, text)).toEqual([new Date(utc), new Date(utc)]);
    expect(new Date(DateTimeScalar.serialize(new Date(utc)) as never).toISOString()).toBe(utc);
  });

  it.each(['2026-11-22', '2026-11-22T10:15:30', '2026-02-30T00:00:00Z', '150382-901A', '', null, {}])(
    'refuses %j without repeating it',
    (value) => expectRefused(DateTimeScalar, value, 'DATE_TIME_INVALID'),
  );
});

describe('JSONObject', () => {
  it('gives out an object as it is, and nothing else', () => {
    const given = { a: [1, { b: null }] };
    expect(JsonObjectScalar.serialize(given)).toEqual(given);
    for (const value of [[1], 5, '150382-901A']) {
      const error = refusal(() => JsonObjectScalar.serialize(value));
      expect(error.extensions.code).toBe('JSON_OBJECT_INVALID');
      expect(JSON.stringify(error)).not.toContain('150382');
    }
  });
});
