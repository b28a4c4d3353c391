import type { Command } from 'commander';
import type { BalancerApi } from '../cluster/balancer-api.js';
import { liveFigures, type Figures } from '../cluster/live-figures.js';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { StopRequest } from '../launch/stop-signals.js';
import { stoppable } from '../stop.js';
import { Screen } from '../terminal/screen.js';
import { EndedRate } from '../views/ended-rate.js';
import { renderTop } from '../views/top.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

/** What a picture has where there is no terminal that has a size. */
const PLACE = { columns: 80, rows: 1_000 };

/** `penstock top`: what happens, live. */
export function topCommand(host: Host): Command {
  const command = clientCommand(
    'top',
    'Show what happens, each second anew; q or Ctrl-C ends it. In a pipe it shows one picture.',
    ['penstock top', 'penstock top --json | head -n 10'],
  ).action(async ({ json }: { json: boolean }) => {
    const api = await balancerOf(command, host);
    try {
      await stoppable((signal) => {
        if (json) return printEach(api, host, signal);
        return host.output.isTerminal ? draw(api, host, signal) : printOne(api, host);
      });
    } catch (error) {
      if (error instanceof StopRequest) return;
      throw error;
    }
    // The stream of events has ended, and nobody here had asked for that.
    if (json || host.output.isTerminal)
      throw new CommandError(`the balancer at ${api.url} is gone`, ExitCode.unreachable);
  });
  return command;
}

async function printEach(api: BalancerApi, { output }: Host, signal: AbortSignal): Promise<void> {
  for await (const figures of readable(api, signal)) output.print(JSON.stringify(figures));
}

async function printOne(api: BalancerApi, { output }: Host): Promise<void> {
  const [stats, hubs] = await Promise.all([api.stats(), api.hubs()]);
  for (const line of renderTop({ stats, hubs }, 0, PLACE)) output.print(line);
}

async function draw(api: BalancerApi, host: Host, signal: AbortSignal): Promise<void> {
  const quit = new AbortController();
  using screen = new Screen(host.input, process.stdout, () => quit.abort(new StopRequest()));
  const rate = new EndedRate();
  for await (const figures of readable(api, AbortSignal.any([signal, quit.signal]))) {
    const perSecond = rate.add(figures.stats, performance.now());
    screen.show((size) => renderTop(figures, perSecond, size));
  }
}

/** The live figures; an abort ends them with the signal's reason, a balancer that goes away without one. */
async function* readable(api: BalancerApi, signal: AbortSignal): AsyncGenerator<Figures, undefined> {
  try {
    yield* liveFigures(api, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
  }
}
