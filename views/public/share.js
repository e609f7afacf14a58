/** A share page comes to life: the player starts, the link can be copied, a page that waits begins by itself. */
import { copyText } from './copy-link.js';
import { startPlayer } from './player.js';

const FIRST_LOOK_MS = 300;
const LONGEST_PAUSE_MS = 10_000;

arrive();

/** @param {{ mayPlay?: boolean }} options mayPlay: the visitor has been waiting for it */
function arrive({ mayPlay = false } = {}) {
  const media = document.getElementById('player');
  const waiting = document.getElementById('waiting');
  if (media) startPlayer(media, { mayPlay });
  media?.addEventListener('playing', () => tellOfPlay(media), { once: true });
  offerCopy(media);
  if (media) followChapters(media);
  if (media && window.parent !== window)
    void import('./embed.js').then(({ answerFrame }) => answerFrame(media));
  if (waiting?.dataset.state) wait(waiting.dataset.state);
}

/** Nothing of it is needed before there is something to count. */
async function tellOfPlay(media) {
  const { countPlay } = await import('./play-count.js');
  await countPlay(media);
}

/** Looks again, less and less often, until there is something to play; then takes the page's new content. */
async function wait(statePath) {
  const was = document.getElementById('share').dataset.was;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.4, LONGEST_PAUSE_MS)) {
    await pause(pauseMs);
    const state = await readState(statePath);
    if (state === undefined || state === was) continue;
    const page = await readPage();
    if (!page) continue;
    document.getElementById('share').replaceWith(page);
    return arrive({ mayPlay: state === 'ready' });
  }
}

async function readState(statePath) {
  try {
    const response = await fetch(statePath, { cache: 'no-store' });
    if (response.ok) return (await response.json()).state;
    // Signed out, or no longer public: the page itself knows what to show then.
    return [401, 403, 404].includes(response.status) ? 'gone' : undefined;
  } catch {
    return undefined;
  }
}

async function readPage() {
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    if (response.redirected) return location.assign(response.url);
    const page = new window.DOMParser().parseFromString(await response.text(), 'text/html');
    const main = page.querySelector('main');
    if (main) main.id = 'share';
    return main;
  } catch {
    return undefined;
  }
}

function offerCopy(media) {
  offerEmbed();
  const box = document.getElementById('copy');
  if (!box) return;
  const atTime = document.getElementById('copy-at');
  const time = document.getElementById('copy-time');
  const copied = document.getElementById('copied');
  const seconds = () => Math.floor(media?.currentTime || 0);
  box.hidden = false;
  media?.addEventListener('timeupdate', () => {
    time.textContent = clockTime(seconds());
  });
  document.getElementById('copy-button').addEventListener('click', async () => {
    const url = new URL(box.dataset.url);
    if (atTime?.checked) url.searchParams.set('s', String(seconds()));
    copied.textContent = (await copyText(url.href)) ? 'Link copied.' : `Copy this link: ${url.href}`;
  });
}

function offerEmbed() {
  const button = document.getElementById('embed-copy');
  if (!button) return;
  const field = document.getElementById('embed-html');
  button.hidden = false;
  button.addEventListener('click', async () => {
    const isCopied = await copyText(field.value);
    document.getElementById('copied').textContent = isCopied ? 'HTML copied.' : 'Copy the HTML by hand.';
    if (!isCopied) field.select();
  });
}

/** A chapter's link works without this too; here it seeks, and the one that plays is marked. */
function followChapters(media) {
  const links = [...document.querySelectorAll('#chapters a')];
  const secondsOf = (link) => Number(link.dataset.seconds);
  for (const link of links) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      media.currentTime = secondsOf(link);
      media.play().catch(() => {});
    });
  }
  media.addEventListener('timeupdate', () => {
    const now = links.findLast((link) => secondsOf(link) <= media.currentTime + 0.01);
    for (const link of links) {
      if (link === now) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  });
}

function clockTime(seconds) {
  const two = (n) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A page that comes back to the front looks at once. */
function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    document.addEventListener('visibilitychange', end);
    function end() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', end);
      resolve();
    }
  });
}
