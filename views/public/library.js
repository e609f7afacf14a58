/** The library while it is open: live, searched as one types, its links on the clipboard by one click. */
import { takeFiles } from './drop-files.js';
import { liveForms, showCopyButtons } from './live-forms.js';
import { keepLive } from './live-page.js';
import { searchAsTyped } from './live-search.js';

const PARTS = ['crumbs', 'count', 'layouts', 'warnings', 'folders', 'files', 'pages', 'removed'];

const main = document.getElementById('library');
const find = document.getElementById('find');
const copied = document.getElementById('copied');
const refresh = keepLive({ eventsPath: main.dataset.events, parts: PARTS, prepare: showCopyButtons });

liveForms(main, { refresh, tell: (text) => (copied.textContent = text) });
searchAsTyped(find, { refresh, usual: { order: 'newest' } });
takeFiles({ onDone: refresh });
