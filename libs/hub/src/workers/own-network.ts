import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Starts a program in a network of its own, in which there is nothing: even its loopback is down. The program takes the
 * place of this one, and so has its process id, its group and its pipes.
 */
export const ownNetwork: readonly string[] = ['unshare', '--user', '--map-current-user', '--net', '--'];

/**
 * Tries to start a program in a network of its own.
 *
 * @returns why that cannot be had here; `undefined` = it can
 */
export async function whyNoOwnNetwork(): Promise<string | undefined> {
  const [command = '', ...flags] = ownNetwork;
  const interfaces = `JSON.stringify(require('node:os').networkInterfaces())`;
  try {
    const { stdout } = await promisify(execFile)(command, [...flags, process.execPath, '-p', interfaces]);
    return stdout.trim() === '{}' ? undefined : `there are interfaces in it: ${stdout.trim()}`;
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return stderr === undefined || stderr.trim() === '' ? message : stderr.trim();
  }
}

/** What to do where there is none. */
export const withoutOwnNetwork =
  'a network of its own takes Linux, unshare of util-linux and user namespaces without privileges, which containers deny as a rule; where whoever runs this hub keeps all of it from the network, say WKHUB_NETNS=false (docs/security.md, Isolated tasks)';
