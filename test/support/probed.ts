/** A real prober, for tests that begin with a real file. */
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import type { MediaInfo } from '../../server/media/info.js';
import { createProber } from '../../server/media/probe/index.js';

const prober = createProber({ exec: createExec({ log: silentLog }) });

export const probeFile = (path: string): Promise<MediaInfo> => prober.probe(path);
