import { healthVerdictSchema, type HealthVerdict } from '@penstock/protocol';
import type { Command } from 'commander';
import { ownToken, type OwnToken } from '../cluster/own-token.js';
import { refusalIn } from '../cluster/refusal.js';
import { noHealthCheckAt } from '../cluster/where.js';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { healthUrl } from '../launch/local-parameters.js';
import { renderVerdict } from '../views/verdict.js';
import { clientCommand, placesOf } from './client-command.js';

const ANSWER_MS = 5_000;

/** `penstock health`: what the health check finds. */
export function healthCommand(host: Host): Command {
  const command = clientCommand(
    'health',
    'Show what the health check finds; the exit code is 1 when something is wrong.',
    ['penstock health', 'penstock health --json | jq .status'],
  ).action(async ({ json }: { json: boolean }) => {
    const values = placesOf(command, host);
    const verdict = await askHealthCheck(healthUrl(values), await ownToken(values, host));
    if (json) host.output.print(JSON.stringify(verdict));
    else for (const line of renderVerdict(verdict, Date.now())) host.output.print(line);
    if (verdict.status !== 'ok') process.exitCode = ExitCode.failed;
  });
  return command;
}

async function askHealthCheck(url: string, headers: OwnToken): Promise<HealthVerdict> {
  try {
    const response = await fetch(`${url}/health/verdict`, {
      headers,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) throw new CommandError(await refusalIn(response), ExitCode.refused);
    return healthVerdictSchema.parse(await response.json());
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw noHealthCheckAt(url, 'HC_IP', 'HC_HTTPPORT');
  }
}
