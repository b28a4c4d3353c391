import { describe, expect, expectTypeOf, it } from 'vitest';
import type { WorkerGroupEntry } from '../kinds/worker-groups.js';
import type { ParameterValues } from '../values.js';
import { chapters, isParameterName, parameterNames, parameterOf } from './table.js';

describe('the table of parameters', () => {
  it('has each parameter in exactly one chapter', () => {
    expect([...chapters.values()].flat()).toEqual(parameterNames);
    expect(new Set(parameterNames).size).toBe(parameterNames.length);
  });

  it.each(parameterNames)(
    '%s has a name of the common style, a meaning and a use, or a reason for none',
    (name) => {
      const { meaning, usedBy, unused } = parameterOf(name);
      expect(name).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
      expect(meaning).toMatch(/\.$/);
      expect(usedBy.length > 0 || unused !== undefined).toBe(true);
    },
  );

  it.each(parameterNames)('%s reads back its default from the text it writes', (name) => {
    const { kind, defaultValue } = parameterOf(name);
    const read = defaultValue === undefined ? undefined : kind.fromText(kind.toText(defaultValue));
    expect(kind.schema.parse(read)).toEqual(defaultValue);
  });

  it('knows its own names alone', () => {
    expect(isParameterName('LB_IP')).toBe(true);
    expect(['toString', '__proto__', 'lb_ip', ''].filter(isParameterName)).toEqual([]);
  });

  it('gives each value its type', () => {
    expectTypeOf<ParameterValues['LB_IP']>().toEqualTypeOf<string>();
    expectTypeOf<ParameterValues['LB_QUEUED_TTL']>().toEqualTypeOf<number>();
    expectTypeOf<ParameterValues['LOG_FORMAT']>().toEqualTypeOf<'pretty' | 'json'>();
    expectTypeOf<ParameterValues['WKHUB_WATCH']>().toEqualTypeOf<boolean>();
    expectTypeOf<ParameterValues['WKHUB_NAME']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ParameterValues['WKHUB_WORKERS']>().toEqualTypeOf<readonly WorkerGroupEntry[]>();
  });
});
