/** The page of one file comes to life: it plays, stays true while it is open, and hands out links by one click. */
import { startClipEditor } from './clip-editor.js';
import { liveForms, showCopyButtons } from './live-forms.js';
import { keepLive } from './live-page.js';
import { startPlayer } from './player.js';

const PARTS = ['status', 'links', 'clips-note', 'clips-list', 'details', 'renditions'];

const main = document.getElementById('file');
const media = document.getElementById('player');
const copied = document.getElementById('copied');

// A form that was refused is shown under its own address, where nothing can be asked for again.
if (location.pathname !== main.dataset.path) history.replaceState(null, '', main.dataset.path);
if (media) startPlayer(media);
const refresh = keepLive({ eventsPath: main.dataset.events, parts: PARTS, prepare });
liveForms(main, { refresh, tell: (text) => (copied.textContent = text) });
main.addEventListener('click', seek);
if (media) startClipEditor({ media, refresh });

function prepare(root) {
  showCopyButtons(root);
  // Published, replaced, failed or gone: another page altogether.
  const now = root.getElementById('status')?.dataset.now;
  if (root !== document && now !== undefined && now !== main.dataset.was) location.reload();
}

/** A time's link works without this too; here the player goes there. */
function seek(event) {
  const link = event.target.closest('a[data-seconds]');
  if (!link || !media || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  media.currentTime = Number(link.dataset.seconds);
  media.play().catch(() => {});
  media.scrollIntoView({ block: 'nearest' });
}
