import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { readGolden, type GoldenEnvelope } from '../../test/golden.js';
import { decodeEnvelope, encodeEnvelope, isCall } from '../envelope.js';
import { PenstockError } from '../errors.js';
import { limits } from '../limits.js';
import {
  cancelReplySchema,
  clientCancelSchema,
  clientHelloSchema,
  clientStatusSchema,
  clientWatchSchema,
  clientWelcomeSchema,
  taskProgressSchema,
  taskStatusSchema,
} from './client.js';
import { controlDownSchema } from './control.js';
import {
  hubCancelSchema,
  hubCreditSchema,
  hubGoodbyeSchema,
  hubGroupsSchema,
  hubHeartbeatSchema,
  hubHelloSchema,
  hubKeysSchema,
  hubLostSchema,
  hubProgressSchema,
  hubReturnedSchema,
  hubWelcomeSchema,
} from './hub.js';
import { parseMessage } from './parse.js';
import { Pattern } from './patterns.js';
import { sessionNoticeSchema } from './session.js';

/** The schemas of the data of calls and events; patterns that are not here carry no data. */
const schemas: Partial<Record<string, z.ZodObject>> = {
  [Pattern.clientHello]: clientHelloSchema,
  [Pattern.clientStatus]: clientStatusSchema,
  [Pattern.clientCancel]: clientCancelSchema,
  [Pattern.clientWatch]: clientWatchSchema,
  [Pattern.hubHello]: hubHelloSchema,
  [Pattern.hubHeartbeat]: hubHeartbeatSchema,
  [Pattern.hubCredit]: hubCreditSchema,
  [Pattern.hubGroups]: hubGroupsSchema,
  [Pattern.hubProgress]: hubProgressSchema,
  [Pattern.hubReturned]: hubReturnedSchema,
  [Pattern.hubLost]: hubLostSchema,
  [Pattern.hubGoodbye]: hubGoodbyeSchema,
  [Pattern.hubCancel]: hubCancelSchema,
  [Pattern.hubKeys]: hubKeysSchema,
  [Pattern.controlDown]: controlDownSchema,
  [Pattern.taskProgress]: taskProgressSchema,
  [Pattern.sessionUnknown]: sessionNoticeSchema,
  [Pattern.sessionEnded]: sessionNoticeSchema,
};

const golden = readGolden<GoldenEnvelope[]>('envelope').map(({ decoded }) => decoded.envelope);
const withData = golden.filter(isCall).flatMap(({ pattern, data }) => {
  const schema = schemas[pattern];
  return schema === undefined ? [] : [{ pattern, data: data as Record<string, unknown>, schema }];
});

/** The data of the golden message of `pattern`. */
function example(pattern: string): Record<string, unknown> {
  return withData.find((message) => message.pattern === pattern)?.data ?? {};
}

/** The reply to the golden call of `pattern`: the example that follows it. */
function replyTo(pattern: string): unknown {
  const call = golden.findIndex((envelope) => isCall(envelope) && envelope.pattern === pattern);
  const reply = golden[call + 1];
  return reply === undefined || isCall(reply) ? undefined : reply.response;
}

function problemsOf(schema: z.ZodType, data: unknown): string {
  try {
    parseMessage(schema, data, 'data');
  } catch (error) {
    if (error instanceof PenstockError && error.code === 'INVALID_MESSAGE') return error.message;
    throw error;
  }
  return '';
}

describe.each(withData)('the data of $pattern', ({ data, schema }) => {
  it('is what the golden example has', () => {
    expect(parseMessage(schema, data, 'data')).toEqual(data);
  });

  it('may have fields of a later version, which are ignored', () => {
    expect(parseMessage(schema, { ...data, later: { version: 2 } }, 'data')).toEqual(data);
  });

  it('is refused when a field that it must have is missing or of another type', () => {
    for (const field of Object.keys(data)) {
      expect(problemsOf(schema, { ...data, [field]: Symbol('none') })).toContain(`${field}:`);
    }
    const required = Object.keys(data).filter((field) => !schema.shape[field]?.safeParse(undefined).success);
    for (const field of required) {
      const { [field]: _, ...rest } = data;
      expect(problemsOf(schema, rest)).toContain(`${field}:`);
    }
  });

  it('is refused when it is no object', () => {
    for (const other of [undefined, null, 'text', 7, []]) expect(problemsOf(schema, other)).not.toBe('');
  });
});

it('every pattern that carries data is checked against a golden example', () => {
  expect(new Set(withData.map(({ pattern }) => pattern))).toEqual(new Set(Object.keys(schemas)));
});

describe('a reply', () => {
  it.each([
    [Pattern.clientHello, clientWelcomeSchema],
    [Pattern.hubHello, hubWelcomeSchema],
    [Pattern.clientStatus, taskStatusSchema],
  ])('to %s is what the golden example has', (pattern, schema) => {
    const response = replyTo(pattern);
    expect(parseMessage<z.ZodType>(schema, response, 'reply')).toEqual(response);
  });

  it('to a cancel names where the task was', () => {
    for (const from of ['queued', 'running', 'finished', 'unknown']) {
      expect(problemsOf(cancelReplySchema, { taskId: 'a', from })).toBe('');
    }
    expect(problemsOf(cancelReplySchema, { taskId: 'a', from: 'elsewhere' })).toContain('from:');
  });
});

describe('parseMessage', () => {
  it('says what was not valid, where, and what was expected, of the first five faults', () => {
    const data = { leases: Array.from({ length: 9 }, () => ({ taskId: 7 })), reason: 'r' };
    const message = problemsOf(hubReturnedSchema, data);
    expect(message).toMatch(/^data is not valid: leases\.0\.taskId: .*expected string/);
    expect(message.split('; ')).toHaveLength(5);
  });

  it('bounds the lists that a peer may send', () => {
    const lease = { taskId: 'a', epoch: 1, attempt: 1 };
    const leases = Array.from({ length: 65_536 }, () => lease);
    expect(problemsOf(hubReturnedSchema, { leases, reason: '' })).toContain('leases:');
    const taskIds = Array.from({ length: 8_193 }, () => 'a');
    expect(problemsOf(clientStatusSchema, { taskIds })).toContain('taskIds:');
  });
});

it('a hello fits a control message although it lists as many leases as it may', () => {
  const lease = { taskId: 'f'.repeat(36), epoch: 0xffff_ffff, attempt: 0xffff_ffff };
  const leases = Array<typeof lease>(limits.listedLeases).fill(lease);
  const data = { ...example(Pattern.hubHello), leases };
  const frame = encodeEnvelope({ pattern: Pattern.hubHello, id: '1', data });
  expect(
    hubHelloSchema.parse((decodeEnvelope(frame).envelope as { data: unknown }).data).leases,
  ).toHaveLength(limits.listedLeases);
});
