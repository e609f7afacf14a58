/** Looks at the machine with the settings that the appliance would use, and says what to do about what is wrong. */
import { ConfigError, loadConfig, type Config } from '../server/base/config.js';
import { createExec } from '../server/base/exec.js';
import { silentLog } from '../server/base/log.js';
import { gatherFacts } from './doctor/facts.js';
import { judge, type Verdict } from './doctor/verdicts.js';

const HELP = `npm run doctor — is this machine fit for Lanternshare?

  npm run --silent doctor             one line for each thing looked at, and what to do
  npm run --silent doctor -- --json   the same for programs: {"verdicts": [{level, topic, finding, advice?}]}
  npm run --silent doctor -- --help   this text

Reads the same environment variables as the appliance. Ends with 1 when something is wrong that keeps it
from working. In the image: docker exec CONTAINER node dist/scripts/doctor.js`;

const SIGNS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' };

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  const verdicts = await examine();
  console.log(process.argv.includes('--json') ? JSON.stringify({ verdicts }, null, 2) : printed(verdicts));
  process.exitCode = verdicts.some((verdict) => verdict.level === 'fail') ? 1 : 0;
}

async function examine(): Promise<Verdict[]> {
  let config: Config;
  try {
    config = loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'README.md lists the settings. The rest is looked at once they are right.';
    return error.faults.map((finding) => ({ level: 'fail', topic: 'settings', finding, advice }));
  }
  const facts = await gatherFacts(config.settings, createExec({ log: silentLog }));
  return judge(facts, config.settings);
}

function printed(verdicts: Verdict[]): string {
  const width = Math.max(...verdicts.map(({ topic }) => topic.length));
  const lines = verdicts.flatMap(({ level, topic, finding, advice }) => [
    `${SIGNS[level]}  ${topic.padEnd(width)}  ${finding}`,
    ...(advice ? [`${' '.repeat(width + 8)}${advice}`] : []),
  ]);
  const bad = verdicts.filter((verdict) => verdict.level !== 'ok').length;
  return [...lines, '', bad === 0 ? 'Nothing to do.' : `${bad} of ${verdicts.length} want a look.`].join(
    '\n',
  );
}
