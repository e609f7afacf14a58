/** API keys from the shell: make, list, revoke. Works beside a running appliance, on the same settings. */
import { createAuth } from '../server/auth/index.js';
import type { Keys } from '../server/auth/model.js';
import { systemClock } from '../server/base/clock.js';
import { AppError } from '../server/base/errors.js';
import { dayOf, runWithDatabase } from './shell/with-database.js';

const HELP = `API keys of a Lanternshare, from the shell.

  key make NAME     make a key; it is shown this once
  key list          names, ids, and when each was used last
  key revoke ID     the key stops working within seconds

Reads DATA_DIR and DATABASE_URL as the appliance does. It may run at the same time.
`;

await runWithDatabase(HELP, async (opened, [verb, ...rest]) => {
  const { keys } = createAuth({ ...opened, clock: systemClock });
  const [value = ''] = rest;
  if (verb === 'list' && rest.length === 0) return table(keys);
  if (verb === 'make' && rest.length === 1) return `${(await keys.create(value)).key}\n`;
  if (verb === 'revoke' && rest.length === 1) {
    await keys.revoke(value);
    return 'Revoked.\n';
  }
  throw new AppError('invalid', HELP.trim());
});

async function table(keys: Keys): Promise<string> {
  const all = await keys.list();
  if (all.length === 0) return 'There are no API keys.\n';
  return all
    .map(({ id, name, createdAtMs, lastUsedAtMs, revokedAtMs }) => {
      const used = lastUsedAtMs === undefined ? 'never used' : `used ${dayOf(lastUsedAtMs)}`;
      const state = revokedAtMs === undefined ? used : `revoked ${dayOf(revokedAtMs)}`;
      return `${id}  made ${dayOf(createdAtMs)}  ${state.padEnd(18)}  ${name}\n`;
    })
    .join('');
}
