import type { Log } from '../server/base/log.js';

export interface SigningKey {
  id: string;
  secret: string;
}

export async function loadSigningKeys(_options: {
  dataDir: string;
  given?: string | undefined;
  log: Log;
}): Promise<SigningKey[]> {
  throw new Error('being written');
}
