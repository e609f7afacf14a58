import { describe, expect, it } from 'vitest';
import { chooseFrameRate } from '../../../server/media/probe/frame-rate.js';

/** [what, average, real, rate, is variable] */
const CASES: [string, string, string, string, boolean][] = [
  ['film', '24000/1001', '24000/1001', '24000/1001', false],
  ['NTSC', '30000/1001', '30000/1001', '30000/1001', false],
  ['NTSC written in decimals', '2997/100', '2997/100', '30000/1001', false],
  ['an average bent by the last frame', '359640/12001', '30000/1001', '30000/1001', false],
  ['a rate that is no standard', '18/1', '18/1', '18/1', false],
  ['60', '60/1', '60/1', '60/1', false],
  ['120', '120/1', '120/1', '60/1', false],
  ['100', '100/1', '100/1', '50/1', false],
  ['119.88', '120000/1001', '120000/1001', '60000/1001', false],
  ['240', '240/1', '240/1', '60/1', false],
  ['144', '144/1', '144/1', '48/1', false],
  ['a phone that drops frames', '109/4', '30/1', '30/1', true],
  ['a phone with a 90 kHz clock', '8967000/299123', '90000/1', '30000/1001', true],
  ['a screen recording', '117/10', '60/1', '12/1', true],
  ['a clock of milliseconds', '30000/1001', '1000/1', '30000/1001', true],
  ['a slide show', '1/5', '1/5', '10/1', false],
  ['a slow time lapse', '15/2', '15/2', '15/1', false],
  ['an uneven rate', '45/2', '1000/1', '24000/1001', true],
  ['nothing known', '0/0', '0/0', '25/1', true],
  ['no average', '0/0', '25/1', '25/1', false],
  ['only a clock', '0/0', '90000/1', '25/1', true],
];

describe('the frame rate of encoded renditions', () => {
  it.each(CASES)('is right for %s: %s of %s → %s', (_, average, real, rate, variable) => {
    const chosen = chooseFrameRate(average, real);
    expect(`${chosen.frameRate.num}/${chosen.frameRate.den}`).toBe(rate);
    expect(chosen.variable).toBe(variable);
  });

  it('counts frames, not fields, of an interlaced stream', () => {
    const fields = chooseFrameRate('25/1', '50/1', true);
    expect(fields).toEqual({ frameRate: { num: 25, den: 1 }, variable: false });
  });

  it('stays between 10 and 60 with terms that fit a time scale, whatever is claimed', () => {
    for (const claim of [
      '1/1000000',
      '999999/1',
      '2147483647/2147483646',
      '-5/1',
      '7/0',
      'x',
      '35791/1193',
    ]) {
      const { num, den } = chooseFrameRate(claim, claim).frameRate;
      expect(num / den).toBeGreaterThanOrEqual(10);
      expect(num / den).toBeLessThanOrEqual(60);
      expect(num).toBeLessThanOrEqual(120_000);
    }
  });
});
