import { describe, expect, test } from 'vitest';
import { decide, see, type Arrival, type Sighting } from '../../server/ingest/settle.js';
import type { Structure } from '../../server/media/structure/index.js';

const START_MS = 1_000_000_000;
const rules = { settleMs: 2000, giveUpMs: 60_000 };
const content = (sizeBytes: number, mtimeMs = START_MS, inode = 7) => ({
  device: 1,
  inode,
  sizeBytes,
  mtimeMs,
});

function first(arrival: Arrival = 'found', signature = content(100)): Sighting {
  return see(undefined, { signature, arrival }, START_MS, rules);
}
const withStructure = (sighting: Sighting, verdict: Structure['verdict'], reason?: string): Sighting => ({
  ...sighting,
  structure: { verdict, ...(reason ? { reason } : {}) },
});

describe('a file that was just seen', () => {
  test('is looked into before anything is decided', () => {
    expect(decide(first(), START_MS, rules)).toEqual({ do: 'inspect' });
  });

  test('is taken at once when its container is complete', () => {
    expect(decide(withStructure(first(), 'complete'), START_MS, rules)).toEqual({ do: 'take' });
  });

  test('is taken at once when it was renamed into place and nothing speaks against it', () => {
    expect(decide(withStructure(first('renamed'), 'unknown'), START_MS, rules)).toEqual({ do: 'take' });
  });

  test('waits, renamed or not, when its container says that something is missing', () => {
    const step = decide(withStructure(first('renamed'), 'incomplete'), START_MS, rules);
    expect(step).toEqual({ do: 'look', afterMs: 60_000 });
  });
});

describe('a file of unknown structure', () => {
  const unknown = withStructure(first(), 'unknown');

  test('is taken when it has stood still for the settling time, and not a moment earlier', () => {
    expect(decide(unknown, START_MS + 1999, rules)).toEqual({ do: 'look', afterMs: 1 });
    expect(decide(unknown, START_MS + 2000, rules)).toEqual({ do: 'take' });
  });

  test('starts over when it grows', () => {
    const grown = withStructure(
      see(unknown, { signature: content(200), arrival: 'found' }, START_MS + 1900, rules),
      'unknown',
    );
    expect(decide(grown, START_MS + 2100, rules)).toEqual({ do: 'look', afterMs: 1800 });
  });

  test('needs only a second look when it was old at first sight', () => {
    const old = withStructure(first('found', content(100, START_MS - 3600_000)), 'unknown');
    expect(decide(old, START_MS, rules)).toEqual({ do: 'look', afterMs: 250 });
    expect(decide(old, START_MS + 250, rules)).toEqual({ do: 'take' });
  });

  test('loses that privilege when it grows after all, as under a clock that goes wrong', () => {
    const old = first('found', content(100, START_MS - 3600_000));
    const signature = content(150, START_MS - 3599_000);
    const grown = withStructure(see(old, { signature, arrival: 'found' }, START_MS + 100, rules), 'unknown');
    expect(decide(grown, START_MS + 600, rules)).toEqual({ do: 'look', afterMs: 1500 });
  });

  test('that was renamed into place and then grows has to stand still like any other', () => {
    const renamed = first('renamed');
    const grown = see(renamed, { signature: content(200), arrival: 'found' }, START_MS + 10, rules);
    expect(decide(withStructure(grown, 'unknown'), START_MS + 20, rules)).toMatchObject({ do: 'look' });
  });

  test('is another file when its inode changes: a rename over it counts as one', () => {
    const other = see(
      first(),
      { signature: content(200, START_MS, 8), arrival: 'renamed' },
      START_MS + 10,
      rules,
    );
    expect(decide(withStructure(other, 'unknown'), START_MS + 20, rules)).toEqual({ do: 'take' });
  });
});

describe('an incomplete file', () => {
  const cut = withStructure(first(), 'incomplete', 'The file ends early: half is missing.');

  test('is not taken while a copy stalls for 40 s', () => {
    expect(decide(cut, START_MS + 40_000, rules)).toEqual({ do: 'look', afterMs: 20_000 });
  });

  test('is refused with the reason once it stood still for a minute', () => {
    const step = decide(cut, START_MS + 60_000, rules);
    expect(step).toEqual({ do: 'refuse', reason: 'The file ends early: half is missing.' });
  });

  test('has its minute anew, and is looked into anew, after each change', () => {
    const grown = see(cut, { signature: content(300), arrival: 'found' }, START_MS + 59_000, rules);
    expect(decide(grown, START_MS + 59_000, rules)).toEqual({ do: 'inspect' });
    const step = decide(withStructure(grown, 'incomplete'), START_MS + 61_000, rules);
    expect(step).toEqual({ do: 'look', afterMs: 58_000 });
  });
});

test('a look that finds nothing new changes neither the verdict nor the time', () => {
  const seen = withStructure(first(), 'unknown');
  const again = see(seen, { signature: content(100), arrival: 'found' }, START_MS + 1500, rules);
  expect(again).toEqual(seen);
});
