import { describe, expect, it } from 'vitest';
import { nameLanguage, toBcp47 } from '../../../server/media/probe/language.js';

describe('the language of a stream', () => {
  it.each([
    ['eng', 'en'],
    ['fra', 'fr'],
    ['fre', 'fr'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['zho', 'zh'],
    ['chi', 'zh'],
    ['PT-br', 'pt-BR'],
    ['en_US', 'en-US'],
    ['gsw', 'gsw'],
  ])('turns %s into %s', (tag, language) => expect(toBcp47(tag)).toBe(language));

  it.each(['und', 'mul', 'zxx', 'English', '', '1', 'e"n', undefined])('is absent for %s', (tag) =>
    expect(toBcp47(tag)).toBeUndefined(),
  );

  it('has an English name', () => expect(nameLanguage('fr')).toBe('French'));
});
