import type { App } from './app.js';
import { ParametersError } from './errors.js';
import { loadParameters, type LoadedParameters } from './load.js';
import { asksForHelp, renderHelp } from './rendering/help.js';

/** The part of `process` that {@link parametersOrExit} touches. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  cwd(): string;
  exit(code: number): never;
}

/** Exit code for parameters that are wrong: EX_CONFIG of sysexits.h, so that a supervisor knows that a restart is no cure. */
export const wrongParametersExitCode = 78;

/**
 * For the first line of a program: its parameters, with the notices on stderr. Given `--help` it prints the help
 * text and exits with 0; given wrong parameters it prints what is wrong on stderr and exits with
 * {@link wrongParametersExitCode}.
 */
export function parametersOrExit(app: App, host: HostProcess = process): LoadedParameters {
  const argv = host.argv.slice(2);
  if (asksForHelp(argv)) {
    host.stdout.write(renderHelp(app));
    return host.exit(0);
  }
  try {
    const loaded = loadParameters(app, { argv, env: host.env, cwd: host.cwd() });
    for (const notice of loaded.notices) host.stderr.write(`${notice}\n`);
    return loaded;
  } catch (error) {
    if (!(error instanceof ParametersError)) throw error;
    host.stderr.write(`ERROR: ${error.message}\n`);
    return host.exit(wrongParametersExitCode);
  }
}
