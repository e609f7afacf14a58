/** Tells the appliance that something was really played: how much is enough it is told when the playing begins. */

/** A jump is no playing. */
const LONGEST_STEP_SECONDS = 1.5;

/** @param {HTMLMediaElement} media that has begun to play, with the address of its share's state */
export async function countPlay(media) {
  const path = media.dataset.state.replace(/state$/, 'plays');
  let playedSeconds = 0;
  let beforeSeconds = media.currentTime;
  let ticket;
  media.addEventListener('timeupdate', follow);

  try {
    const response = await fetch(path, { method: 'POST' });
    ticket = response.status === 200 ? await response.json() : undefined;
  } catch {
    // Not counted, then.
  }
  if (!ticket) stop();

  function follow() {
    const step = media.currentTime - beforeSeconds;
    beforeSeconds = media.currentTime;
    if (step > 0 && step <= LONGEST_STEP_SECONDS * Math.max(1, media.playbackRate)) playedSeconds += step;
    if (!ticket || playedSeconds < ticket.afterSeconds) return;
    stop();
    navigator.sendBeacon(`${path}/done`, ticket.ticket);
  }

  function stop() {
    media.removeEventListener('timeupdate', follow);
  }
}
