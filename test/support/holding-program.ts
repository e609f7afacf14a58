/** A program that holds its child still and says which; for a test that kills the program. */
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';

const child = createExec({ log: silentLog }).start('sh', ['-c', 'echo up; exec sleep 60'], { nice: 1 });
child.outputs[0]!.once('data', () => {
  process.kill(child.pid!, 'SIGSTOP');
  process.stdout.write(`${child.pid}\n`);
});
setInterval(() => {}, 1000);
