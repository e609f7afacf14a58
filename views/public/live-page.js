/**
 * A page stays true while it is open: when the server says that something changed, the same page is fetched again
 * and only the parts that differ are exchanged. Rows of a list that look the same are not touched.
 */

const POLL_MS = 5000;

/**
 * @param {{ eventsPath?: string, parts: string[], prepare?: (root: ParentNode) => void }} options
 * @returns {() => Promise<void>} looks anew at once
 */
export function keepLive({ eventsPath, parts, prepare = () => {} }) {
  const refresh = createRefresh({ parts, prepare });
  prepare(document);
  if (eventsPath) listen(eventsPath, refresh);
  return refresh;
}

function listen(path, refresh) {
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
function createRefresh({ parts, prepare }) {
  let running;
  let isStale = false;
  return function refresh() {
    isStale = true;
    running ??= (async () => {
      while (isStale) {
        isStale = false;
        const asked = location.href;
        const take = (response) => takeOver(response, asked);
        await fetch(asked, { cache: 'no-store' }).then(take, () => {});
      }
      running = undefined;
    })();
    return running;
  };

  async function takeOver(response, asked) {
    if (response.redirected && new URL(response.url).pathname !== location.pathname) {
      return location.assign(response.url); // signed out elsewhere
    }
    if (response.status === 404) return location.reload();
    if (!response.ok) return;
    const page = new window.DOMParser().parseFromString(await response.text(), 'text/html');
    // The search went on meanwhile: the next answer is the one.
    if (location.href !== asked) return;
    prepare(page);
    for (const id of parts) exchange(document.getElementById(id), page.getElementById(id));
  }
}

function exchange(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return;
  const areLists = old.tagName === 'UL' && fresh.tagName === 'UL' && old.className === fresh.className;
  if (!areLists) return old.replaceWith(fresh);
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
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const isPicked = old.querySelector('.pick')?.checked;
  old.replaceChildren(...fresh.childNodes);
  old.dataset.version = fresh.dataset.version;
  const pick = old.querySelector('.pick');
  if (pick) pick.checked = isPicked;
  if (focused && !focused.isConnected) refocus(old, focused);
  return old;
}

/** On what stands there instead, by its name where that has stayed. */
function refocus(row, focused) {
  const name = focused.textContent.trim();
  const same = [...row.querySelectorAll(focused.localName)].find((one) => one.textContent.trim() === name);
  (same ?? row.querySelector('button, a'))?.focus();
}
