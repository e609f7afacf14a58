/**
 * The browser's own engine for HLS (Safari, AirPlay). It asks for everything under the address that it was
 * given, so that a private stream's next address means loading anew: done where it shows least, which is when
 * play is pressed, else when the engine was refused; at the same moment of the stream in any case.
 */

const MARGIN_MS = 60_000;
/** An address that was just got and is refused too will not be helped by another. */
const RENEWED_MS = 5000;
const PATIENCE_MS = 4000;

/**
 * @param {HTMLMediaElement} media
 * @param {{ ticket: ReturnType<import('./stream-ticket.js').createTicket>, startSeconds: number, mayPlay: boolean, note: { show(text: string, retry?: () => void, label?: string): void, hide(): void } }} options
 */
export function openNativeStream(media, { ticket, startSeconds, mayPlay, note }) {
  let renewedAtMs = -Infinity;
  let isRenewing = false;
  let patience;
  /** What play() and pause() said last: an element that loads anew says that it is paused. */
  let isWanted = mayPlay || !media.paused;

  const seek = (seconds) => {
    if (seconds > 0 && media.currentTime < seconds) media.currentTime = seconds;
  };
  const load = (seconds) => {
    media.addEventListener('loadedmetadata', () => seek(seconds), { once: true });
    media.src = ticket.source();
    media.load();
  };

  async function renew() {
    if (isRenewing) return;
    isRenewing = true;
    const seconds = media.currentTime;
    const before = ticket.source();
    const now = await ticket.ask();
    if (now.stream && !ticket.isSameContent(now)) ticket.take(now);
    renewedAtMs = Date.now();
    if (now.state === 'signed-out') note.show('You are signed out.', () => location.reload(), 'Sign in');
    else if (now.state === 'locked')
      note.show('This asks for its password again.', () => location.reload(), 'Give it');
    else if (now.state === 'gone') note.show('This is no longer shared.');
    else if (media.error || ticket.source() !== before) {
      // Loading anew also forgets events that were about to be told.
      isWanted ||= !media.paused;
      load(seconds);
      if (isWanted) media.play().catch(() => {});
    }
    isRenewing = false;
  }

  /** Not again and again for what is longer than any address lives. */
  function mayRunOut() {
    const restMs = ((media.duration - media.currentTime) / (media.playbackRate || 1)) * 1000;
    return ticket.leftMs() < (restMs || 0) + MARGIN_MS && Date.now() - renewedAtMs > MARGIN_MS;
  }

  media.addEventListener('play', () => {
    isWanted = true;
    if (ticket.isPrivate && mayRunOut()) void renew();
  });
  media.addEventListener('pause', () => {
    if (!isRenewing && !media.error) isWanted = false;
  });
  /** An engine that was refused need not say so: it may just wait. */
  function watchPatience() {
    clearTimeout(patience);
    patience = setTimeout(async () => {
      const isStuck = media.seeking || (!media.paused && media.readyState < media.HAVE_FUTURE_DATA);
      if (!isStuck || !media.isConnected) return;
      await renew();
      watchPatience();
    }, PATIENCE_MS);
  }
  if (ticket.isPrivate) {
    for (const name of ['waiting', 'seeking', 'stalled']) media.addEventListener(name, watchPatience);
  }
  media.addEventListener('error', () => {
    if (Date.now() - renewedAtMs > RENEWED_MS) return void renew();
    note.show('This could not be played.', () => {
      note.hide();
      isWanted = true;
      renewedAtMs = -Infinity;
      void renew();
    });
  });
  media.addEventListener('playing', note.hide);
  media.preload = 'metadata';
  if (media.readyState > 0) seek(startSeconds);
  else if (media.paused) load(startSeconds);
  else media.addEventListener('loadedmetadata', () => seek(startSeconds), { once: true });
  if (mayPlay) media.play().catch(() => {});
}
