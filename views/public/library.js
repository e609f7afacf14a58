/** The library while it is open: live, searched as one types, its links on the clipboard by one click. */
import { takeFiles } from './drop-files.js';
import { liveForms, showCopyButtons } from './live-forms.js';
import { keepLive } from './live-page.js';

const TYPING_MS = 200;
const PARTS = ['crumbs', 'count', 'layouts', 'warnings', 'folders', 'files', 'pages'];

const main = document.getElementById('library');
const find = document.getElementById('find');
const copied = document.getElementById('copied');
const refresh = keepLive({ eventsPath: main.dataset.events, parts: PARTS, prepare: showCopyButtons });

liveForms(main, { refresh, tell: (text) => (copied.textContent = text) });
searchAsTyped();
takeFiles({ onDone: refresh });

function searchAsTyped() {
  let timer;
  const look = () => {
    clearTimeout(timer);
    const params = new URLSearchParams(new FormData(find));
    for (const [name, value] of [...params]) if (value === '') params.delete(name);
    if (params.get('order') === 'newest') params.delete('order');
    const query = params.toString();
    history.replaceState(null, '', query ? `${find.action}?${query}` : find.action);
    refresh();
  };
  find.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING_MS);
  });
  find.addEventListener('change', look);
  find.addEventListener('submit', (event) => {
    event.preventDefault();
    look();
  });
}
