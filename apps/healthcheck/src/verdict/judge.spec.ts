import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, hubView, judging, missed, nameStats, type RoundScript } from '../../test/observations.js';
import type { Judgement } from './judge.js';
import type { ProbeResult } from './observation.js';

const hub = hubView('A');
/** As the balancer lists it once it has not heard it for a while. */
const silent = (silentMs: number) => hubView('A', { silentMs });
const well: RoundScript = { hubs: [hub], probes: [[hub, answer(hub)]] };

/** State of the only hub. */
function stateOf({ verdict }: Judgement): string | undefined {
  return verdict.components.find(({ kind }) => kind === 'hub')?.state;
}

const codes = ({ verdict }: Judgement): string[] => verdict.warnings.map(({ code }) => code);

/** A round in which the hub misses its probe, and the balancer has heard nothing for so many rounds either. */
const missing = (rounds: number): RoundScript => ({
  hubs: [silent(rounds * 1_000)],
  probes: [[hub, missed]],
});

describe('a hub', () => {
  it('is up while it answers', () => {
    const { round } = judging();
    expect(stateOf(round({ hubs: [hub] }))).toBe('up');
    const judgement = round(well);
    expect(judgement.verdict).toMatchObject({ status: 'ok', warnings: [] });
    expect(stateOf(judgement)).toBe('up');
    expect(judgement.downs).toEqual([]);
  });

  it('is suspect after one missed probe, and down after as many as are too many, in the session it was seen in', () => {
    const { round } = judging();
    round(well);
    for (const misses of [1, 2, 3]) {
      const judgement = round(missing(misses));
      expect(stateOf(judgement)).toBe('suspect');
      expect(judgement.downs).toEqual([]);
      expect(judgement.verdict.status).toBe('ok');
    }
    const judgement = round(missing(4));
    expect(stateOf(judgement)).toBe('down');
    expect(judgement.downs).toEqual([
      { name: 'A', session: hub.session, incarnation: 'A-1', reason: '4 probes missed (no answer)' },
    ]);
    expect(judgement.verdict.status).toBe('down');
    expect(codes(judgement)).toEqual(['HUB_DOWN']);
  });

  it('is given up again each round until the balancer does so', () => {
    const { round } = judging();
    round(well);
    for (const misses of [1, 2, 3, 4]) round(missing(misses));
    expect(round(missing(5)).downs).toHaveLength(1);
    const gone = round({ hubs: [hubView('B')] });
    expect(gone.downs).toEqual([]);
    expect(codes(gone)).toEqual(['HUB_DOWN']);
  });

  it('begins anew with each answer', () => {
    const { round } = judging();
    for (let turn = 0; turn < 5; turn++) {
      for (const misses of [1, 2, 3]) expect(stateOf(round(missing(misses)))).toBe('suspect');
      expect(stateOf(round(well))).toBe('up');
    }
  });

  it('is not down while the balancer hears it: the way to its port is broken', () => {
    const { round } = judging();
    round(well);
    let last: Judgement | undefined;
    for (let misses = 1; misses <= 20; misses++)
      last = round({ hubs: [silent(900)], probes: [[hub, missed]] });
    expect(last?.downs).toEqual([]);
    expect(last?.verdict.components.at(-1)).toMatchObject({
      state: 'suspect',
      message: '20 probes missed (no answer), but the balancer hears it: look at its port for probes',
    });
  });

  it('is not down before the balancer could have heard it', () => {
    const { round } = judging({ heartbeatMs: 4_000 });
    round(well);
    for (let misses = 1; misses <= 8; misses++) expect(stateOf(round(missing(misses)))).toBe('suspect');
    expect(stateOf(round(missing(9)))).toBe('down');
  });

  it('is not down by what a health check missed that was held up itself', () => {
    const { round } = judging();
    round(well);
    for (let misses = 1; misses <= 10; misses++) round({ ...missing(misses), isLate: true });
    expect(stateOf(round({ ...missing(11), isLate: true }))).toBe('up');
    expect(stateOf(round(missing(12)))).toBe('suspect');
  });

  it('is not suspect by a first probe that a health check missed that was held up itself', () => {
    const { round } = judging();
    expect(stateOf(round({ ...missing(1), isLate: true }))).toBe('up');
    for (const misses of [2, 3, 4]) expect(stateOf(round(missing(misses)))).toBe('suspect');
    expect(stateOf(round(missing(5)))).toBe('down');
  });

  it('is not down while no balancer says anything of it', () => {
    const { round } = judging();
    round(well);
    for (let misses = 1; misses <= 10; misses++) {
      const judgement = round({ isBalancerSilent: true, probes: [[hub, missed]] });
      expect(stateOf(judgement)).toBe('suspect');
      expect(judgement.downs).toEqual([]);
    }
  });

  it('is unprobed where it may not be dialled, whatever the balancer hears', () => {
    const { round } = judging();
    const unprobed: ProbeResult = { kind: 'unprobed', why: '192.0.2.1 is not in HC_ALLOW' };
    for (let turn = 0; turn < 10; turn++) {
      const judgement = round({ hubs: [silent(turn * 1_000)], probes: [[hub, unprobed]] });
      expect(stateOf(judgement)).toBe('unprobed');
      expect(judgement.downs).toEqual([]);
    }
  });

  it('is forgotten when it leaves while all is well', () => {
    const { round } = judging();
    round(well);
    const judgement = round({ hubs: [hubView('B')] });
    expect(judgement.verdict.components.map(({ name }) => name)).toEqual(['balancer', 'B']);
    expect(codes(judgement)).toEqual([]);
  });

  it('is down when it leaves with probes missed, until another one takes its place or some time has gone', () => {
    const { round } = judging();
    round(well);
    round(missing(1));
    const gone = round({ hubs: [hubView('B')] });
    expect(gone.verdict.components.map(({ name, state }) => [name, state])).toEqual([
      ['balancer', 'up'],
      ['B', 'up'],
      ['A', 'down'],
    ]);
    const next = hubView('A', { incarnation: 'A-2' });
    const replaced = round({ hubs: [hubView('B'), next] });
    expect(replaced.changes.ended.map(({ code }) => code)).toEqual(['HUB_DOWN']);

    const other = judging({ flapWindowMs: 5_000 });
    other.round(well);
    other.round(missing(1));
    const states = Array.from({ length: 6 }, () => other.round({ hubs: [hubView('B')] }).verdict.status);
    expect(states).toEqual(['down', 'down', 'down', 'down', 'ok', 'ok']);
  });

  it('shows the workers that it told of, and warns of one whose process is silent', () => {
    const { round } = judging();
    const workers = [
      { name: 'worker_1', state: 'silent' as const, silentMs: 4_000 },
      { name: 'worker_2', state: 'busy' as const, silentMs: 0 },
    ];
    const judgement = round({ hubs: [hub], probes: [[hub, answer(hub, { workers })]] });
    expect(judgement.verdict.components[1]?.hub?.workers).toEqual(workers);
    expect(judgement.verdict).toMatchObject({
      status: 'warning',
      warnings: [{ code: 'WORKER_SILENT', subject: 'worker_1' }],
    });
    expect(round(well).changes.ended).toHaveLength(1);
  });
});

describe('the balancer', () => {
  it('is suspect, then down, then up again', () => {
    const { round } = judging();
    round();
    const states = Array.from(
      { length: 4 },
      () => round({ isBalancerSilent: true }).verdict.components[0]?.state,
    );
    expect(states).toEqual(['suspect', 'suspect', 'suspect', 'down']);
    expect(codes(round({ isBalancerSilent: true }))).toContain('BALANCER_DOWN');
    const back = round(well);
    expect(back.verdict.components[0]?.state).toBe('up');
    expect(back.changes.ended.map(({ code }) => code)).toContain('BALANCER_DOWN');
  });
});

describe('warnings', () => {
  it('tell that there are no workers, once, and when that is over', () => {
    const { round } = judging();
    const first = round();
    expect(first.changes.began).toMatchObject([{ code: 'NO_WORKERS' }]);
    expect(round().changes.began).toEqual([]);
    expect(codes(round({ isBalancerSilent: true }))).toContain('NO_WORKERS');
    expect(round(well).changes.ended).toMatchObject([{ code: 'NO_WORKERS' }]);
  });

  it('tell of tasks that no worker takes', () => {
    const { round } = judging();
    const noWorker = ['no worker knows the task X'];
    const { changes } = round({ ...well, tasks: [nameStats('X', { queued: 3, noWorker })] });
    expect(changes.began).toMatchObject([
      {
        code: 'NO_WORKER_FOR_TASK',
        subject: 'X',
        message: 'no worker takes some of the X tasks that wait (3 in all): no worker knows the task X',
      },
    ]);
  });
});

describe('whatever happens', () => {
  const probe = fc.constantFrom<ProbeResult>(answer(hub), missed, { kind: 'unprobed', why: 'not allowed' });
  const script = fc.record({
    isListed: fc.boolean(),
    probe,
    silentMs: fc.integer({ min: 0, max: 20_000 }),
    isLate: fc.boolean(),
    isBalancerSilent: fc.boolean(),
  });

  it('no hub is given up that has answered one of the latest probes, and each warning ends once', () => {
    fc.assert(
      fc.property(fc.array(script, { maxLength: 60 }), (scripts) => {
        const { round } = judging();
        let missesInARow = 0;
        const open = new Set<string>();
        for (const { isListed, probe: result, silentMs, isLate, isBalancerSilent } of scripts) {
          const { downs, changes, verdict } = round({
            hubs: isListed ? [silent(silentMs)] : [],
            probes: [[hub, result]],
            isLate,
            isBalancerSilent,
          });
          if (result.kind !== 'missed') missesInARow = 0;
          else if (!isLate) missesInARow += 1;
          expect(downs.length === 0 || missesInARow >= 4).toBe(true);
          for (const { code, subject } of changes.ended) expect(open.delete(code + subject)).toBe(true);
          for (const { code, subject } of changes.began) {
            expect(open.has(code + subject)).toBe(false);
            open.add(code + subject);
          }
          expect(open.size).toBe(verdict.warnings.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
