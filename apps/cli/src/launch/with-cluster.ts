import type { LoadedParameters, ParameterValues } from '@penstock/parameters';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { Cluster } from './cluster.js';
import { launchTokens } from './launch-tokens.js';
import { believeInParts, localParameters, withTokens } from './local-parameters.js';
import { PartEndedError } from './part-ended-error.js';
import type { PartName } from './part-name.js';
import { choosePorts } from './ports.js';
import { StopRequest, watchStopSignals } from './stop-signals.js';

/**
 * Starts parts of Penstock, runs `body` when they are ready, and stops them whatever comes of it.
 *
 * @param parts the balancer and those that depend on it
 * @param command what was typed, up to where parameters are added
 * @param own parameters that the command wants, where nobody has said otherwise
 * @param body gets a signal that is aborted when it must end: because the user asks for it (`StopRequest`), or because
 *   a part has failed
 * @throws CommandError, StopRequest, and whatever `body` throws
 */
export async function withCluster<Result>(
  loaded: LoadedParameters,
  host: Host,
  parts: readonly PartName[],
  command: string,
  own: Partial<ParameterValues>,
  body: (cluster: Cluster, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ports = await choosePorts(loaded.values, parts, command);
  const over = new AbortController();
  const local = localParameters(loaded, ports, own);
  believeInParts(local.values);
  const tokens = await launchTokens(local.values, host);
  const cluster = new Cluster(withTokens(local, tokens), tokens.token, host, (error) => over.abort(error));
  const unwatch = watchStopSignals(
    () => over.abort(new StopRequest()),
    () => {
      cluster.kill();
      process.exit(ExitCode.interrupted);
    },
  );
  const run = async (): Promise<Result> => {
    await cluster.start(parts, over.signal);
    return body(cluster, over.signal);
  };
  const result = run();
  // Whatever comes of it, what was started is stopped first.
  await result.catch(() => {});
  const killed = await cluster.stop();
  unwatch();
  await tokens.remove();
  if (over.signal.reason instanceof PartEndedError) throw over.signal.reason;
  if (killed.length > 0) throw new CommandError(`did not stop in time, and was killed: ${killed.join(', ')}`);
  over.signal.throwIfAborted();
  return result;
}
