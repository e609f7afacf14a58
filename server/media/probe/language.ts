/** The language of a stream as BCP 47, from whatever containers write: `eng`, `fre`, `pt-BR`. Pure. */

/** ISO 639-2 codes that name no language: undetermined, several, none, uncoded. */
const NO_LANGUAGE = new Set(['und', 'mul', 'zxx', 'mis']);

export function toBcp47(tag: string | undefined): string | undefined {
  if (!tag || !/^[a-z]{2,3}([-_][a-z0-9]+)*$/i.test(tag)) return undefined;
  try {
    // Canonical form turns both kinds of ISO 639-2 code (fre, fra) into the short one (RFC 5646 2.2.1).
    const canonical = Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
    return canonical && !NO_LANGUAGE.has(canonical.split('-')[0]!) ? canonical : undefined;
  } catch {
    return undefined;
  }
}

/** `fr` → French; the code itself where it has no name. */
export function nameLanguage(language: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}
