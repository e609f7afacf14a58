/** The list of shares, and the page of one: searched as one types, links on the clipboard by one click. */
import { liveForms, showCopyButtons } from './live-forms.js';
import { keepLive } from './live-page.js';
import { searchAsTyped } from './live-search.js';

const PARTS = ['shares', 'pages'];

const find = document.getElementById('find');
const copied = document.getElementById('copied');
const refresh = keepLive({ parts: PARTS, prepare: showCopyButtons });

liveForms(document.querySelector('main'), { refresh, tell: (text) => (copied.textContent = text) });
if (find) searchAsTyped(find, { refresh });
