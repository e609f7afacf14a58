/** Members from the shell: add, list, reset, remove. Works beside a running appliance, on the same settings. */
import { createAuth } from '../server/auth/index.js';
import type { Member, Members } from '../server/auth/model.js';
import { systemClock } from '../server/base/clock.js';
import { AppError } from '../server/base/errors.js';
import { createSecret } from '../server/base/ids.js';
import { dayOf, runWithDatabase } from './shell/with-database.js';

const HELP = `Members of a Lanternshare, from the shell.

  user add NAME [--admin]   make a member; their password is made and shown this once;
                            the first member is an admin in any case
  user list                 names, roles, and since when
  user reset NAME           make a new password, shown this once; ends their sessions
  user remove NAME          ends their sessions and revokes their API keys

  --stdin                   with add and reset: read the password from standard input instead

Reads DATA_DIR and DATABASE_URL as the appliance does. It may run at the same time.
`;

const MADE_PASSWORD_BYTES = 12;
const LONGEST_INPUT = 4096;

await runWithDatabase(HELP, async (opened, args) => {
  const { members } = createAuth({ ...opened, clock: systemClock });
  const options = args.filter((arg) => arg.startsWith('--'));
  const [verb, ...names] = args.filter((arg) => !arg.startsWith('--'));
  const allowed = verb === 'add' ? ['--admin', '--stdin'] : verb === 'reset' ? ['--stdin'] : [];
  const isUnderstood =
    options.every((option) => allowed.includes(option)) && names.length === (verb === 'list' ? 0 : 1);
  const name = names[0] ?? '';
  if (isUnderstood && verb === 'list') return table(members);
  if (isUnderstood && verb === 'add') return add(members, name, options);
  if (isUnderstood && verb === 'reset') return reset(members, name, options);
  if (isUnderstood && verb === 'remove') {
    await members.remove((await find(members, name)).memberId);
    return 'Removed.\n';
  }
  throw new AppError('invalid', HELP.trim());
});

async function add(members: Members, username: string, options: readonly string[]): Promise<string> {
  const { password, shown } = await choosePassword(options);
  // Somebody must be able to look after the others.
  const isAdmin = options.includes('--admin') || (await members.count()) === 0;
  await members.add({ username, password }, isAdmin ? 'admin' : 'member');
  return shown ?? 'Added.\n';
}

async function reset(members: Members, name: string, options: readonly string[]): Promise<string> {
  const { memberId } = await find(members, name);
  const { password, shown } = await choosePassword(options);
  await members.resetPassword(memberId, password);
  return shown ?? 'Reset.\n';
}

/** A password that was given is not repeated. */
async function choosePassword(options: readonly string[]): Promise<{ password: string; shown?: string }> {
  if (options.includes('--stdin')) return { password: await readLine() };
  const password = createSecret(MADE_PASSWORD_BYTES);
  return { password, shown: `${password}\n` };
}

async function readLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk as string;
    if (text.includes('\n') || text.length > LONGEST_INPUT) break;
  }
  return text.split(/\r?\n/, 1)[0]!;
}

async function find(members: Members, name: string): Promise<Member> {
  const all = await members.list();
  const found = all.find(({ username }) => username.toLowerCase() === name.toLowerCase());
  if (!found) throw new AppError('not-found', `There is no member named ${name}.`);
  return found;
}

async function table(members: Members): Promise<string> {
  const all = await members.list();
  if (all.length === 0) return 'There are no members yet.\n';
  return all
    .map(({ username, role, createdAtMs }) => `${role.padEnd(6)}  since ${dayOf(createdAtMs)}  ${username}\n`)
    .join('');
}
