import type { WireError } from '@penstock/protocol';

/** What the server said is wrong. */
export async function refusalIn(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: WireError } | undefined;
  const told = body?.error;
  if (told?.code === 'UNAUTHENTICATED')
    return `${told.message} (PENSTOCK_TOKEN_FILE names the file of a token)`;
  return told?.message ?? `${response.url} answered ${response.status} ${response.statusText}`;
}
