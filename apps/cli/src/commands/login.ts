import { pageRoles, type PageRole } from '@penstock/access';
import { duration } from '@penstock/figures';
import { Option, type Command } from 'commander';
import { BalancerApi } from '../cluster/balancer-api.js';
import { ownToken } from '../cluster/own-token.js';
import type { Host } from '../host.js';
import { httpUrl, loginUrl } from '../launch/local-parameters.js';
import { clientCommand, placesOf } from './client-command.js';

interface Flags {
  readonly role?: PageRole;
  readonly json: boolean;
}

/** `penstock login`: a link that lets a browser in. */
export function loginCommand(host: Host): Command {
  const command = clientCommand('login', 'Print a link to the page that signs a browser in, once.', [
    'penstock login',
    'penstock login --role viewer',
  ]).action(async ({ role, json }: Flags) => {
    const values = placesOf(command, host);
    const api = new BalancerApi(httpUrl(values), await ownToken(values, host));
    const invitation = await api.invite(role);
    const url = loginUrl(values, invitation.code);
    const { role: as, expiresAt } = invitation;
    host.output.print(json ? JSON.stringify({ url, role: as, expiresAt }) : url);
    if (!json) {
      const left = duration(expiresAt - Date.now());
      host.notes.print(`Open it within ${left}; it works once, and signs that browser in as ${as}.`);
    }
  });
  return command.addOption(
    new Option('--role <role>', 'what the browser may do; default: all that you may').choices(pageRoles),
  );
}
