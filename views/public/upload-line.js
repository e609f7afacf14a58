/** One file on its way: its line in the list of uploads. Knows no network. */

const SPEED_AFTER_MS = 2000;

/** @param {string} name @param {{ pause(): void, resume(): void, cancel(): void }} verbs */
export function createLine(name, verbs) {
  const element = make('li', 'upload');
  const title = make('span', 'upload-name', name);
  const bar = make('progress');
  const text = make('span', 'upload-text', 'Waiting');
  const buttons = make('span', 'upload-verbs');
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', `Upload of ${name}`);
  element.append(title, bar, buttons, text);
  let state;
  let since;
  show('waiting', 'Waiting', ['Pause', 'Cancel']);

  function show(next, words, labels) {
    text.textContent = words;
    element.classList.toggle('upload-failed', next === 'failed');
    if (next === state) return;
    state = next;
    const hadFocus = buttons.contains(document.activeElement);
    buttons.replaceChildren(...labels.map(toButton));
    if (hadFocus) buttons.querySelector('button')?.focus();
  }

  function toButton(label) {
    const button = make('button', 'button quiet small', label);
    button.type = 'button';
    button.append(make('span', 'unseen', ` ${name}`));
    const close = () => element.remove();
    const acts = { Pause: verbs.pause, Resume: verbs.resume, Cancel: verbs.cancel, Close: close };
    button.addEventListener('click', acts[label]);
    return button;
  }

  return {
    element,
    isRetrying: () => state === 'retrying',
    waiting: () => show('waiting', 'Waiting', ['Pause', 'Cancel']),
    starting() {
      since = undefined;
      show('sending', 'Starting', ['Pause', 'Cancel']);
    },
    progress(sent, total) {
      bar.value = total > 0 ? sent / total : 0;
      if (state === 'paused') return;
      const now = performance.now();
      since ??= { ms: now, sent };
      const words =
        sent >= total ? 'Being looked into' : toWords(sent, total, now - since.ms, sent - since.sent);
      show('sending', words, ['Pause', 'Cancel']);
    },
    lostConnection() {
      since = undefined;
      show('retrying', 'The connection was lost; it goes on by itself', ['Pause', 'Cancel']);
    },
    paused() {
      since = undefined;
      show('paused', `Paused at ${Math.floor(bar.value * 100)} %`, ['Resume', 'Cancel']);
    },
    failed: (words, mayGoOn) => show('failed', words, mayGoOn ? ['Resume', 'Cancel'] : ['Close']),
    done(path) {
      bar.value = 1;
      show('done', 'In the library', ['Close']);
      if (!path) return;
      const link = make('a', '', name);
      link.href = path;
      title.replaceChildren(link);
    },
  };
}

/** The time left at the speed since the start of this try. */
function toWords(sent, total, ms, bytes) {
  const percent = `${Math.floor((sent / total) * 100)} % of ${toSize(total)}`;
  if (ms < SPEED_AFTER_MS || bytes <= 0) return percent;
  const seconds = ((total - sent) * ms) / 1000 / bytes;
  const left = seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  return `${percent}, ${toSize((bytes / ms) * 1000)}/s, about ${left} left`;
}

function toSize(bytes) {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value < 9.95 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
