/** What people read in a player's menu of audio tracks or subtitles: the title, else the language. Pure. */

/** One name per track, all different: a group must not hold two tracks of one name (RFC 8216bis 4.4.6.1.1). */
export function nameTracks(tracks: readonly { title?: string; language?: string }[], kind: string): string[] {
  const taken = new Set<string>();
  return tracks.map(({ title, language }) => {
    const name = title?.trim() || languageName(language) || kind;
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name} ${n}`;
    taken.add(unique);
    return unique;
  });
}

function languageName(language: string | undefined): string | undefined {
  if (!language) return undefined;
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language);
  } catch {
    return language; // not a well-formed tag: shown as the container has it
  }
}
