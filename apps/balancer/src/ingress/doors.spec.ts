import { newKeyPair, type PeerKey } from '@penstock/keys';
import {
  encodeEnvelope,
  isCall,
  Kind,
  OutcomeStatus,
  OutcomeWriter,
  Pattern,
  type SessionId,
} from '@penstock/protocol';
import { Engine } from '@penstock/engine';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestKeys } from '../../test/keys.js';
import { runBalancer, type RunningBalancer } from '../../test/running-balancer.js';
import { ScriptedHub } from '../../test/scripted-hub.js';
import { head, provenHello, Stranger, submission, type Answer } from '../../test/stranger.js';

type Port = 'clients' | 'hubs' | 'control';

const keys = new TestKeys();
const own = {
  client: keys.issue('client'),
  other: keys.issue('client'),
  mary: keys.issue('client', { users: ['mary'], tasks: ['HELLO', 'NOBODY'] }),
  worker: keys.issue('worker'),
  otherWorker: keys.issue('worker'),
  forgedOnly: keys.issue('worker', { tasks: ['FORGED'] }),
  health: keys.issue('health'),
  viewer: keys.issue('viewer'),
};
const forged = keys.forge('client');
let balancer: RunningBalancer;
let hub: ScriptedHub;

beforeAll(async () => {
  balancer = await runBalancer(`--PENSTOCK_KEYS=${keys.balancer.folder}`);
  hub = await new ScriptedHub(balancer.hubs, {}, () => 'served', {}, own.worker).ready();
});

afterAll(async () => {
  hub.close();
  await balancer.stop();
  keys.remove();
});

/** Somebody who comes to a port with a key. */
function comes(port: Port, key?: PeerKey, serverKey?: string): Stranger {
  const stranger = new Stranger(balancer[port], key?.curve(serverKey));
  onTestFinished(() => stranger.close());
  return stranger;
}

/** A client that was let in. */
async function client(key: PeerKey): Promise<{ stranger: Stranger; session: SessionId }> {
  const stranger = comes('clients', key);
  return {
    stranger,
    session: sessionOf(await stranger.asks(Pattern.clientHello, provenHello('client', key))),
  };
}

function sessionOf({ response }: Answer): SessionId {
  return (response as { session: SessionId }).session;
}

/** A figure of /metrics. */
async function figure(name: string, labels: Record<string, string>): Promise<number> {
  const text = await (await fetch(`${balancer.url}/metrics`)).text();
  const label = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const line = text.split('\n').find((found) => found.startsWith(`${name}{${label.join(',')}}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Whether the balancer still does its work. */
async function serves(): Promise<void> {
  const response = await fetch(`${balancer.url}/api/tasks?wait=10s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'HELLO', payload: null }),
  });
  expect(await response.json()).toMatchObject({ state: 'done', result: 'served' });
}

describe('a connection is turned away, and counted,', () => {
  const wrongKey = newKeyPair().publicKey;
  it.each<[string, string, Port, PeerKey | undefined, string | undefined]>([
    ['without a key', 'handshake', 'clients', undefined, undefined],
    ['that expects another balancer', 'handshake', 'hubs', own.worker, wrongKey],
    ['with a key that is on no list', 'unknown-key', 'clients', forged, undefined],
    ['of a client at the port for hubs', 'role', 'hubs', own.client, undefined],
    ['of a client at the port for control', 'role', 'control', own.client, undefined],
    ['of a worker at the port for clients', 'role', 'clients', own.worker, undefined],
    ['of a health check at the port for clients', 'role', 'clients', own.health, undefined],
  ])('%s (%s)', async (_, reason, port, key, serverKey) => {
    const name = 'penstock_refused_connections_total';
    const before = await figure(name, { port, reason });
    expect(await comes(port, key, serverKey).turnedAway()).toBe('KEY_REFUSED');
    await expect.poll(() => figure(name, { port, reason })).toBeGreaterThan(before);
    await serves();
  });
});

describe('a hello is refused, and counted,', () => {
  it.each<[string, () => Record<string, unknown>]>([
    [
      'that does not say who says it',
      () => {
        const { identity: _, ...anonymous } = provenHello('client', own.client);
        return anonymous;
      },
    ],
    [
      'that names the key of somebody else',
      () => {
        const said = provenHello('client', own.client);
        return { ...said, identity: { ...(said['identity'] as object), key: own.other.file.publicKey } };
      },
    ],
    [
      'that was proved for another incarnation',
      () => ({ ...provenHello('client', own.client), incarnation: 'x' }),
    ],
    ['that was proved by a key on no list', () => provenHello('client', forged)],
    ['of a worker', () => provenHello('client', own.worker)],
  ])('%s', async (_, hello) => {
    const labels = { port: 'clients', reason: 'identity' };
    const before = await figure('penstock_refused_messages_total', labels);
    const answer = await comes('clients', own.client).asks(Pattern.clientHello, hello());
    expect(answer.err?.code).toBe('FORBIDDEN');
    expect(await figure('penstock_refused_messages_total', labels)).toBe(before + 1);
    await serves();
  });

  it('that somebody else has said before', async () => {
    const heard = provenHello('client', own.client);
    expect((await comes('clients', own.client).asks(Pattern.clientHello, heard)).err).toBeUndefined();
    const replayed = await comes('clients', own.other).asks(Pattern.clientHello, heard);
    expect(replayed.err).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('used before'),
    });
  });

  it('that takes the incarnation of another key; that one goes on', async () => {
    const incarnation = 'taken';
    const owner = comes('clients', own.client);
    const session = sessionOf(
      await owner.asks(Pattern.clientHello, provenHello('client', own.client, { incarnation })),
    );
    const thief = comes('clients', own.other);
    const answer = await thief.asks(Pattern.clientHello, provenHello('client', own.other, { incarnation }));
    expect(answer.err?.code).toBe('FORBIDDEN');
    expect((await owner.asks(Pattern.clientStatus, { taskIds: [] }, session)).response).toEqual([]);
    // Its session is of no use to another connection either.
    thief.say(submission(session));
    const notice = await thief.hears((heard) => isCall(heard) && heard.pattern === Pattern.sessionUnknown);
    expect(isCall(notice)).toBe(true);
    const labels = { port: 'clients', reason: 'session' };
    expect(await figure('penstock_refused_messages_total', labels)).toBeGreaterThan(0);
  });

  it('of a hub that would run what its key is not for, then and later', async () => {
    const group = {
      minPriority: null,
      maxPriority: null,
      slots: 1,
      window: 1,
      kind: 'process',
      niceness: 0,
      workers: [],
    };
    const stranger = comes('hubs', own.forgedOnly);
    const greedy = provenHello('hub', own.forgedOnly, { groups: [{ ...group, tasks: ['FORGED', 'HELLO'] }] });
    expect((await stranger.asks(Pattern.hubHello, greedy)).err).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('may not run the task "HELLO"'),
    });
    const session = sessionOf(await stranger.asks(Pattern.hubHello, provenHello('hub', own.forgedOnly)));
    const groups = [{ ...group, tasks: ['HELLO'] }];
    stranger.say(encodeEnvelope({ pattern: Pattern.hubGroups, data: { groups } }, session));
    expect(await stranger.hearsError()).toBe('FORBIDDEN');
  });

  it('of a hub that has another answer its probes', async () => {
    const probe = { host: '127.0.0.1', port: 1, key: own.otherWorker.file.publicKey };
    const answer = await comes('hubs', own.worker).asks(
      Pattern.hubHello,
      provenHello('hub', own.worker, { probe }),
    );
    expect(answer.err?.code).toBe('FORBIDDEN');
  });
});

/** A key that was not there when the balancer began, and that it has taken up. */
async function freshKey(): Promise<PeerKey> {
  const changes = (): number =>
    balancer.lines.filter((line) => line.includes('LIST OF KEYS HAS CHANGED')).length;
  const before = changes();
  const key = keys.issue('client');
  await expect.poll(changes, { timeout: 10_000 }).toBeGreaterThan(before);
  return key;
}

describe('a session', () => {
  it('has a number that nobody can guess from that of another', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 5 }, async () => (await client(own.client)).session.number),
    );
    const gaps = numbers
      .toSorted((a, b) => a - b)
      .map((number, index, all) => number - (all[index - 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(1);
  });

  it('is over when its key is taken from the list, and there is no other', async () => {
    const key = await freshKey();
    const { stranger, session } = await client(key);
    keys.revoke(key);
    const isOver = async (): Promise<string | undefined> =>
      (await stranger.asks(Pattern.clientStatus, { taskIds: [] }, session)).err?.code;
    await expect.poll(isOver, { timeout: 5_000 }).toBe('SESSION_UNKNOWN');
    expect((await stranger.asks(Pattern.clientHello, provenHello('client', key))).err?.code).toBe(
      'FORBIDDEN',
    );
    expect(await comes('clients', key).turnedAway()).toBe('KEY_REFUSED');
  });

  it('is over when its key is for something else from now on', async () => {
    const key = await freshKey();
    const { stranger, session } = await client(key);
    const { publicKey } = key.file;
    const allowed = keys.balancer.readAllowed();
    keys.balancer.writeAllowed(
      allowed.map((entry) => (entry.publicKey === publicKey ? { ...entry, role: 'viewer' } : entry)),
    );
    const isOver = async (): Promise<string | undefined> =>
      (await stranger.asks(Pattern.clientStatus, { taskIds: [] }, session)).err?.code;
    await expect.poll(isOver, { timeout: 5_000 }).toBe('SESSION_UNKNOWN');
    expect(await comes('clients', key).turnedAway()).toBe('KEY_REFUSED');
  });
});

describe('a client whose key is limited', () => {
  it('hands in what it may, and is refused the rest task by task', async () => {
    const { stranger, session } = await client(own.mary);
    stranger.say(submission(session, 'HELLO', 0, undefined, 'mary'));
    expect(await stranger.refusal()).toBeUndefined();
    stranger.say(submission(session, 'HELLO', 0, undefined, 'john'));
    expect(await stranger.refusal()).toBe('FORBIDDEN');
    stranger.say(submission(session, 'HELLO'));
    expect(await stranger.refusal()).toBe('FORBIDDEN');
    stranger.say(submission(session, 'OTHER', 0, undefined, 'mary'));
    expect(await stranger.refusal()).toBe('FORBIDDEN');
  });

  it('neither sees nor cancels what belongs to others', async () => {
    const other = await client(own.client);
    other.stranger.say(submission(other.session, 'NOBODY', 0, undefined, 'john'));
    expect(await other.stranger.refusal()).toBeUndefined();
    const taskId = queuedOf('john');
    const { stranger, session } = await client(own.mary);
    const taskIds = [taskId];
    expect((await stranger.asks(Pattern.clientStatus, { taskIds }, session)).response).toEqual([]);
    expect((await stranger.asks(Pattern.clientCancel, { taskId }, session)).response).toEqual({
      taskId,
      from: 'unknown',
    });
    const again = provenHello('client', own.mary, { waiting: taskIds });
    expect((await comes('clients', own.mary).asks(Pattern.clientHello, again)).response).toMatchObject({
      unknown: taskIds,
    });
    expect(
      (await other.stranger.asks(Pattern.clientCancel, { taskId }, other.session)).response,
    ).toMatchObject({
      from: 'queued',
    });
  });
});

/** The id of the one queued task of a user. */
function queuedOf(userId: string): string {
  const { partition } = balancer.app.get(Engine);
  const task = [...partition.scheduler.table].find(
    ({ user, state }) => user.id === userId && state === 'queued',
  );
  return task === undefined ? '' : partition.idOf(task);
}

describe('a worker', () => {
  it('cannot settle what another holds', async () => {
    const { scheduler } = balancer.app.get(Engine).partition;
    const holder = await new ScriptedHub(
      balancer.hubs,
      { tasks: ['HELD'] },
      () => undefined,
      {},
      own.worker,
    ).ready();
    const { stranger, session } = await client(own.client);
    stranger.say(submission(session, 'HELD'));
    await expect.poll(() => holder.taken).toBe(1);
    const held = [...scheduler.table].find(({ name }) => name.text === 'HELD');
    const slot = held?.slot ?? 0;
    const forger = comes('hubs', own.otherWorker);
    const opened = sessionOf(await forger.asks(Pattern.hubHello, provenHello('hub', own.otherWorker)));
    const writer = new OutcomeWriter();
    const payload = { buffer: new Uint8Array(0), offset: 0, length: 0 };
    const outcome = { status: OutcomeStatus.done, contentType: 0, worker: 'w', runMs: 1, payload };
    const lease = { epoch: scheduler.epoch, attempt: held?.attempt ?? 0, slot };
    writer.add(scheduler.table.idView, slot * 16, lease, outcome);
    const before = await (await fetch(`${balancer.url}/metrics`)).text();
    forger.say(...(writer.take(opened) ?? []));
    const refused = (text: string): number => Number(/^penstock_leases_refused_total (\d+)/m.exec(text)?.[1]);
    await expect
      .poll(async () => refused(await (await fetch(`${balancer.url}/metrics`)).text()))
      .toBe(refused(before) + 1);
    expect(held?.state).toBe('running');
    holder.close();
    await serves();
  });
});

describe('the control port', () => {
  it('answers those who say who they are, and lets who only looks on change nothing', async () => {
    const viewer = comes('control', own.viewer);
    const check = { identity: own.viewer.identity(Pattern.controlCheck) };
    expect((await viewer.asks(Pattern.controlCheck, check)).response).toMatchObject({ pid: process.pid });
    expect((await viewer.asks(Pattern.controlCheck, check)).err?.code).toBe('FORBIDDEN');
    expect((await viewer.asks(Pattern.controlStats, {})).err?.code).toBe('FORBIDDEN');
    const down = { session: { epoch: 1, number: 1 }, incarnation: 'x', reason: '' };
    const asked = (key: PeerKey) => ({ ...down, identity: key.identity(Pattern.controlDown, 'x') });
    expect((await viewer.asks(Pattern.controlDown, asked(own.viewer))).err).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('only looks on'),
    });
    const health = comes('control', own.health);
    expect((await health.asks(Pattern.controlDown, asked(own.health))).response).toEqual({ downed: false });
    const other = { ...asked(own.health), incarnation: 'y' };
    expect((await health.asks(Pattern.controlDown, other)).err?.code).toBe('FORBIDDEN');
  });
});

describe('whoever was let in', () => {
  it('has its data taken for data, whatever it looks like', async () => {
    const { stranger, session } = await client(own.client);
    for (const name of ['control.down', 'hub.goodbye', '__proto__', '{"pattern":"client.goodbye"}']) {
      stranger.say(submission(session, name));
      expect(await stranger.refusal()).toBeUndefined();
    }
    for (const pattern of [Pattern.controlDown, Pattern.hubGoodbye, Pattern.controlStats]) {
      const answer = await stranger.asks(pattern, { session, incarnation: 'x', reason: 'x' }, session);
      expect(answer.err?.code).toBe('UNKNOWN_PATTERN');
    }
    await serves();
  });

  it('is held to the sizes and depths of the protocol', async () => {
    const { stranger, session } = await client(own.client);
    const deep = Buffer.from(
      `{"pattern":"client.status","id":"deep","data":${'['.repeat(65)}${']'.repeat(65)}}`,
    );
    stranger.say(Buffer.concat([head(Kind.envelope, { session }), deep]));
    expect(await stranger.hearsError()).toBe('INVALID_MESSAGE');
    const labels = { port: 'clients', reason: 'malformed' };
    expect(await figure('penstock_refused_messages_total', labels)).toBeGreaterThan(0);
    stranger.say(new Uint8Array(64 * 1024 * 1024));
    await serves();
    expect((await client(own.client)).session.number).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  it('bound the connections of a port, the sessions of a key, and the calls of a connection', async () => {
    const limited = await runBalancer(
      `--PENSTOCK_KEYS=${keys.balancer.folder}`,
      '--LB_CONNECTIONS_MAX=3',
      '--LB_KEY_SESSIONS_MAX=2',
      '--LB_CALLS_PER_SECOND=1',
    );
    onTestFinished(() => limited.stop());
    const come = (): Stranger => {
      const stranger = new Stranger(limited.clients, own.client.curve());
      onTestFinished(() => stranger.close());
      return stranger;
    };
    const greet = (stranger: Stranger) =>
      stranger.asks(Pattern.clientHello, provenHello('client', own.client));
    const strangers = [come(), come(), come()];
    const answers: Answer[] = [];
    for (const stranger of strangers) answers.push(await greet(stranger));
    expect(answers.map(({ err }) => err?.code)).toEqual([undefined, undefined, 'TOO_MANY_SESSIONS']);
    expect(await come().turnedAway()).toBe('KEY_REFUSED');
    const [first = come()] = strangers;
    const codes = new Set<string | undefined>();
    for (let call = 0; call < 12; call++)
      codes.add((await first.asks(Pattern.clientStatus, { taskIds: [] })).err?.code);
    expect(codes).toContain('RATE_EXCEEDED');
    const text = await (await fetch(`${limited.url}/metrics`)).text();
    expect(text).toMatch(/penstock_refused_connections_total\{port="clients",reason="connections"\} 1/);
    expect(text).toMatch(/penstock_refused_messages_total\{port="clients",reason="rate"\} [1-9]/);
    expect(text).toMatch(/penstock_connections\{port="clients"\} 3/);
    expect(text).toMatch(/penstock_refused_sessions_total\{role="client",reason="key-sessions"\} 1/);
  });

  it('bound the calls of all holders of a key together, however many connections they open', async () => {
    const limited = await runBalancer(
      `--PENSTOCK_KEYS=${keys.balancer.folder}`,
      '--LB_KEY_CALLS_PER_SECOND=1',
    );
    onTestFinished(() => limited.stop());
    const come = (key: PeerKey): Stranger => {
      const stranger = new Stranger(limited.clients, key.curve());
      onTestFinished(() => stranger.close());
      return stranger;
    };
    const asks = async (stranger: Stranger, key: PeerKey): Promise<Answer> => {
      const opened = await stranger.asks(Pattern.clientHello, provenHello('client', key));
      return opened.err === undefined
        ? stranger.asks(Pattern.clientStatus, { taskIds: [] }, sessionOf(opened))
        : opened;
    };
    const startedAt = performance.now();
    const answers: Answer[] = [];
    for (let connection = 0; connection < 12; connection++)
      answers.push(await asks(come(own.client), own.client));
    const served = answers.filter(({ err }) => err === undefined).length;
    // Two calls each, of ten that are saved up and one more a second.
    expect(served).toBeLessThanOrEqual((10 + (performance.now() - startedAt) / 1_000) / 2);
    expect(served).toBeGreaterThanOrEqual(5);
    expect(answers.at(-1)?.err).toMatchObject({
      code: 'RATE_EXCEEDED',
      details: { retryAfterMs: expect.any(Number) as number },
    });
    expect((await asks(come(own.other), own.other)).response).toEqual([]);
    const text = await (await fetch(`${limited.url}/metrics`)).text();
    expect(text).toMatch(/penstock_refused_messages_total\{port="clients",reason="key-rate"\} [1-9]/);
  });
});
