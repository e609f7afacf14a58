/** WMA and WMV: the File Properties object of the header tells the size of the whole file. */
import { compareSizes, UNKNOWN, type Bytes, type Structure } from './verdict.js';

const FILE_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex');
const BROADCAST = 1;
const HEADER_BYTES = 4096;

export async function inspectAsf({ sizeBytes, at }: Bytes): Promise<Structure> {
  const header = await at(0, HEADER_BYTES);
  const object = header.indexOf(FILE_PROPERTIES);
  if (object < 0 || object + 104 > header.length) return UNKNOWN;
  if (header.readUInt32LE(object + 88) & BROADCAST) return UNKNOWN;
  const promised = Number(header.readBigUInt64LE(object + 40));
  return promised > 0 && Number.isSafeInteger(promised) ? compareSizes(promised, sizeBytes) : UNKNOWN;
}
