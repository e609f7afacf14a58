/** Loudness as the viewer left it last time, on this browser. A link that says `muted` is obeyed and not remembered. */

const STORED = 'lanternshare-volume';

/** @param {HTMLMediaElement} media */
export function keepVolume(media) {
  const { volume, muted } = read();
  if (volume >= 0 && volume <= 1) media.volume = volume;
  if (muted === true) media.muted = true;
  let known = { volume: media.volume, muted: media.muted };
  media.addEventListener('volumechange', () => {
    const now = { volume: media.volume, muted: media.muted };
    // What was set above is told too, later.
    if (now.volume !== known.volume || now.muted !== known.muted) write(now);
    known = now;
  });
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing, as in many a foreign frame
  }
}

function write(value) {
  try {
    localStorage.setItem(STORED, JSON.stringify(value));
  } catch {
    // It counts for as long as the page is open.
  }
}
