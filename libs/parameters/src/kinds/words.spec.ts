import { describe, expect, it } from 'vitest';
import { choice, hostName, ipAddress, text, webAddress } from './words.js';

describe('a host name', () => {
  const { schema } = hostName();

  it.each(['127.0.0.1', '::1', 'localhost', 'balancer', 'task_queue-1', 'lb.example.org'])(
    'may be %j',
    (name) => {
      expect(schema.parse(name)).toBe(name);
    },
  );

  it.each(['', 'tcp://lb', 'lb:5799', 'a b', '-lb', 'lb.', 'a/b', '*', 'x'.repeat(64), 5])(
    'is not %j',
    (name) => {
      expect(schema.safeParse(name).success).toBe(false);
    },
  );
});

describe('an address to bind', () => {
  const { schema } = ipAddress();

  it.each(['127.0.0.1', '0.0.0.0', '::', '10.1.2.3'])('may be %j', (address) => {
    expect(schema.parse(address)).toBe(address);
  });

  it.each(['localhost', 'eth0', '*', '256.0.0.1', ''])('is not %j', (address) => {
    expect(schema.safeParse(address).success).toBe(false);
  });
});

describe('an address of the web', () => {
  const { schema } = webAddress();

  it.each(['https://example.com/hook', 'http://127.0.0.1:9/x?y=z'])('may be %j', (address) => {
    expect(schema.parse(address)).toBe(address);
  });

  it.each(['example.com', 'ftp://example.com', 'file:///etc/passwd', ''])('is not %j', (address) => {
    expect(schema.safeParse(address).success).toBe(false);
  });
});

describe('a choice', () => {
  it('is one of its words, exactly', () => {
    const { schema, expected } = choice(['pretty', 'json']);
    expect(schema.parse('json')).toBe('json');
    expect(schema.safeParse('JSON').error?.issues[0]?.message).toBe(`expected ${expected}`);
    expect(expected).toBe('one of pretty, json');
  });
});

describe('a text', () => {
  it('has at least one character and no more than its bound', () => {
    const { schema } = text('name', 'a name', 3);
    expect(['', '   ', 'a', 'abc', 'abcd'].filter((value) => schema.safeParse(value).success)).toEqual([
      'a',
      'abc',
    ]);
  });
});
