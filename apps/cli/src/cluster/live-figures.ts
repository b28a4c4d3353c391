import type { HubView, StatsView } from '@penstock/protocol';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { BalancerApi } from './balancer-api.js';

/** How Penstock is at one moment. */
export interface Figures {
  readonly stats: StatsView;
  readonly hubs: readonly HubView[];
}

/** How Penstock is each second, until the signal is aborted or the balancer is gone. */
export async function* liveFigures(
  api: BalancerApi,
  signal: AbortSignal,
): AsyncGenerator<Figures, undefined> {
  let stats: StatsView | undefined;
  const events = (await api.events(signal))
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events) {
    if (event === 'summary') stats = JSON.parse(data) as StatsView;
    if (event !== 'hubs' || stats === undefined) continue;
    yield { stats, hubs: (JSON.parse(data) as { hubs: HubView[] }).hubs };
  }
}
