/**
 * The library stays true while it is open: when the server says that something changed, the same page is
 * fetched again and only the rows that differ are exchanged. Sharing and stopping need no reload, and a new
 * link is on the clipboard at once.
 */
import { copyText } from './copy-link.js';

const CHANGED_PARTS = ['count', 'warnings', 'files'];
const POLL_MS = 5000;

const main = document.getElementById('library');
const refresh = createRefresh();
const copied = document.getElementById('copied');

prepare(main);
listen(main.dataset.events);
main.addEventListener('submit', submitLive);
main.addEventListener('click', copyClicked);

/** Copy buttons need this script, so that they show only with it. */
function prepare(root) {
  root.querySelectorAll('[data-copy]').forEach((button) => (button.hidden = false));
}

function listen(path) {
  let source;
  let poll;
  const open = () => {
    clearInterval(poll);
    source?.close();
    if (document.hidden) return;
    source = new EventSource(path);
    source.addEventListener('changed', refresh);
    // A proxy that will not stream: look regularly instead.
    source.addEventListener('error', () => {
      clearInterval(poll);
      poll = setInterval(refresh, POLL_MS);
    });
    // Also after a pause: what happened meanwhile was told to nobody.
    source.addEventListener('open', () => {
      clearInterval(poll);
      refresh();
    });
  };
  document.addEventListener('visibilitychange', open);
  open();
}

/** One fetch at a time; what is wished meanwhile is done by one more after it. */
function createRefresh() {
  let running;
  let isStale = false;
  return function refresh() {
    isStale = true;
    running ??= (async () => {
      while (isStale) {
        isStale = false;
        await fetch(location.href, { cache: 'no-store' }).then(takeOver, () => {});
      }
      running = undefined;
    })();
    return running;
  };
}

async function takeOver(response) {
  if (response.redirected && new URL(response.url).pathname !== location.pathname) {
    return location.assign(response.url); // signed out elsewhere
  }
  if (!response.ok) return;
  const page = new window.DOMParser().parseFromString(await response.text(), 'text/html');
  prepare(page);
  for (const id of CHANGED_PARTS) exchange(document.getElementById(id), page.getElementById(id));
}

function exchange(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return;
  if (old.tagName !== 'UL' || fresh.tagName !== 'UL') return old.replaceWith(fresh);
  const known = new Map([...old.children].map((row) => [row.id, row]));
  const rows = [...fresh.children].map((row) => keepOrTake(known.get(row.id), row));
  // Rows that stay in their place are not touched, so that the focus and a selection stay too.
  rows.forEach((row, i) => {
    if (old.children[i] !== row) old.insertBefore(row, old.children[i] ?? null);
  });
  while (old.children.length > rows.length) old.lastElementChild.remove();
}

function keepOrTake(old, fresh) {
  if (!old) return fresh;
  if (old.dataset.version === fresh.dataset.version) return old;
  const hadFocus = old.contains(document.activeElement) && document.activeElement;
  old.replaceChildren(...fresh.childNodes);
  old.dataset.version = fresh.dataset.version;
  if (hadFocus && !hadFocus.isConnected) old.querySelector('button, a')?.focus();
  return old;
}

function submitLive(event) {
  const form = event.target.closest('form[data-live]');
  if (!form) return;
  event.preventDefault();
  const row = form.closest('.file');
  const sent = fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  }).then(async (response) => {
    if (response.status === 401) location.reload(); // signed out elsewhere: the server asks to sign in
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer.url;
  });
  const done = 'share' in form.dataset ? copyText(sent) : sent.then(() => undefined);
  Promise.all([sent, done]).then(
    async ([url, isCopied]) => {
      await refresh();
      copied.textContent = isCopied ? 'Shared, and the link is on your clipboard.' : 'Done.';
      if (isCopied === false) selectLink(row, url);
    },
    (error) => {
      copied.textContent = error.message || 'That did not work. Reload the page and try again.';
    },
  );
}

function selectLink(row, url) {
  copied.textContent = 'Shared. Copy the link below.';
  [...row.querySelectorAll('.link-text')].find(({ value }) => value === url)?.select();
}

async function copyClicked(event) {
  const button = event.target.closest('[data-copy]');
  if (button) {
    copied.textContent = (await copyText(button.dataset.copy))
      ? 'Link copied.'
      : 'Copy the link from its field.';
  }
}
