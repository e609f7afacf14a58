/** Plays the clip over and over, as it will be, until one goes elsewhere. */

/** A moment is the last before it by so much: else the picture after the clip would flash. */
const EARLY_SECONDS = 0.012;
/** Past the rounding of a millisecond. */
const LATE_SECONDS = 0.001;

/**
 * @param {HTMLMediaElement} media
 * @param {HTMLButtonElement} button
 * @param {ReturnType<import('./clip-range.js').createRange>} range
 */
export function offerPreview(media, button, range) {
  let isOn = false;
  const startSeconds = () => range.now.startMs / 1000 + LATE_SECONDS;
  const endSeconds = () => range.now.endMs / 1000;

  function begin() {
    isOn = true;
    button.setAttribute('aria-pressed', 'true');
    rewind();
    requestAnimationFrame(watch);
  }

  function end() {
    isOn = false;
    button.setAttribute('aria-pressed', 'false');
  }

  function rewind() {
    media.currentTime = startSeconds();
    media.play().catch(end);
  }

  function watch() {
    if (!isOn) return;
    goRound();
    requestAnimationFrame(watch);
  }

  function goRound() {
    if (isOn && !media.seeking && media.currentTime >= endSeconds() - EARLY_SECONDS) rewind();
  }

  button.addEventListener('click', () => {
    if (!isOn) return begin();
    end();
    media.pause();
  });
  media.addEventListener('pause', () => {
    if (!media.ended) end();
  });
  // In a tab that nobody sees there are no animation frames.
  media.addEventListener('timeupdate', goRound);
  media.addEventListener('ended', () => isOn && rewind());
  media.addEventListener('seeking', () => {
    const { currentTime } = media;
    if (currentTime < startSeconds() - 0.1 || currentTime > endSeconds() + 0.1) end();
  });
}
