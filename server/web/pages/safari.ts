/** Which browsers play HLS by themselves, by the name that they give. */
import type { Request } from 'express';

/** Plays HLS by itself, so that hls.js need not be fetched ahead. A wrong guess costs a little time only. */
export function isSafari(req: Request): boolean {
  const agent = req.headers['user-agent'] ?? '';
  return (
    /AppleWebKit/.test(agent) &&
    /iPhone|iPad|Version\/[\d.]+.*Safari/.test(agent) &&
    !/Chrom|Android/.test(agent)
  );
}
