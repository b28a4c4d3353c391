import { describe, expect, it } from 'vitest';
import { flag } from './flag.js';
import { addressRanges, hostNames, taskArguments } from './json.js';

describe('a list or an object', () => {
  it('is read from JSON', () => {
    const { schema, fromText } = hostNames();
    expect(schema.parse(fromText('["a", "b.example"]'))).toEqual(['a', 'b.example']);
  });

  it('leaves a text that is no JSON to be refused', () => {
    const { schema, fromText, expected } = hostNames();
    expect(fromText('[a')).toBe('[a');
    expect(schema.safeParse(fromText('[a')).error?.issues[0]?.message).toBe(`expected ${expected}`);
  });

  it('tells which entry is wrong', () => {
    expect(hostNames().schema.safeParse(['a', 'http://b']).error?.issues[0]).toMatchObject({
      path: [1],
      message: 'expected a host name without scheme or port',
    });
  });
});

describe('a list of address ranges', () => {
  const { schema } = addressRanges();

  it('has addresses and ranges of both kinds', () => {
    const ranges = ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0', 'attached'];
    expect(schema.parse(ranges)).toEqual(ranges);
  });

  it.each(['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0/8', '10.0.0.0/-1'])(
    'does not have %j',
    (range) => {
      expect(schema.safeParse([range]).error?.issues[0]?.message).toBe(
        'expected an IP address, a range such as 10.0.0.0/8, or the word attached',
      );
    },
  );
});

describe('task arguments', () => {
  const { schema } = taskArguments();

  it('are objects by task name', () => {
    const written = { thumbnail: { width: 200, formats: ['png', null] }, hello: {} };
    expect(schema.parse(written)).toEqual(written);
  });

  it('are no bare values', () => {
    expect(schema.safeParse({ thumbnail: 200 }).error?.issues[0]).toMatchObject({
      path: ['thumbnail'],
      message: 'expected an object of arguments',
    });
    expect(schema.safeParse([]).success).toBe(false);
  });
});

describe('a flag', () => {
  const { schema, fromText } = flag();

  it.each([
    ['true', true],
    ['1', true],
    ['FALSE', false],
    ['0', false],
  ])('reads the text %j as %j', (text, value) => {
    expect(schema.parse(fromText(text))).toBe(value);
  });

  it.each(['yes', 'constructor', '2'])('refuses %j', (text) => {
    expect(schema.safeParse(fromText(text)).error?.issues[0]?.message).toBe('expected true or false');
  });
});
