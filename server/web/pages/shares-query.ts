/** Which shares are asked for, read from the address bar and written back into addresses. Pure. */
import type { ShareKey, ShareWalk } from '../../share/model.js';

export interface SharesQuery {
  search: string;
  asset: ShareWalk['asset'];
  kind: ShareWalk['kind'];
  from: ShareWalk['from'];
}

export const ASSETS = ['file', 'clip'] as const;
export const KINDS = ['public', 'private', 'password', 'ended'] as const;

const SEARCH_LENGTH = 200;
const MOST_WORDS = 8;

/** Odd values are left out: an address that people have typed shows what it can. */
export function readSharesQuery(given: Record<string, unknown>): SharesQuery {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '');
  const before = readKey(text('before'));
  const after = readKey(text('after'));
  return {
    search: text('q').trim().slice(0, SEARCH_LENGTH),
    asset: ASSETS.find((one) => one === text('asset')),
    kind: KINDS.find((one) => one === text('kind')),
    from: before ? { key: before, isBackwards: true } : after && { key: after, isBackwards: false },
  };
}

export function toShareWalk({ search, asset, kind, from }: SharesQuery): Omit<ShareWalk, 'limit'> {
  const words = search.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return { words, asset, kind, from };
}

/** The path that shows it; what is usual is not spelt out. */
export function sharesPath({ search, asset, kind, from }: SharesQuery): string {
  const params = new URLSearchParams();
  if (search) params.set('q', search);
  if (asset) params.set('asset', asset);
  if (kind) params.set('kind', kind);
  if (from) params.set(from.isBackwards ? 'before' : 'after', from.key.join('_'));
  const text = params.toString();
  return text ? `/shares?${text}` : '/shares';
}

function readKey(given: string): ShareKey | undefined {
  const [, createdAtMs, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(given) ?? [];
  return createdAtMs && id ? [Number(createdAtMs), id] : undefined;
}
