import { describe, expect, it } from 'vitest';
import { nameTracks } from '../../server/media/name-tracks.js';

describe('nameTracks', () => {
  it('prefers the title, then the language in words, then the kind', () => {
    const tracks = [{ title: 'Commentary', language: 'fr' }, { language: 'pt-BR' }, {}];
    expect(nameTracks(tracks, 'Audio')).toEqual(['Commentary', 'Brazilian Portuguese', 'Audio']);
  });

  it('makes equal names different', () => {
    expect(nameTracks([{ language: 'en' }, { language: 'en' }, { title: 'English 2' }], 'Audio')).toEqual([
      'English',
      'English 2',
      'English 2 2',
    ]);
  });

  it('survives a language that is not one', () => {
    expect(nameTracks([{ language: '???' }], 'Audio')).toEqual(['???']);
  });
});
