/** Files come in by a button or by being dropped anywhere on the page; what sends them is loaded with the first. */

/** As tus-js-client remembers what it has begun. */
const REMEMBERED = /^tus::(.*)::/;

/** @param {{ onDone: () => void }} options */
export function takeFiles({ onDone }) {
  const box = document.getElementById('uploads');
  const input = document.getElementById('upload-files');
  let uploader;

  document.getElementById('upload').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    add([...input.files]);
    input.value = ''; // the same file may be chosen again
  });
  acceptDrops(document.getElementById('drop-here'), add);
  tellOfUnfinished(box);

  async function add(files) {
    if (files.length === 0) return;
    box.hidden = false;
    document.getElementById('uploads-note').hidden = true;
    uploader ??= import('./uploader.js').then(({ createUploader }) => createUploader(box, { onDone }));
    (await uploader).add(files);
  }
}

function acceptDrops(curtain, add) {
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  let depth = 0;
  const show = (isShown) => {
    if (!isShown) depth = 0;
    curtain.hidden = !isShown;
  };
  window.addEventListener('dragenter', (event) => {
    if (hasFiles(event) && ++depth === 1) show(true);
  });
  window.addEventListener('dragleave', (event) => {
    if (hasFiles(event) && --depth <= 0) show(false);
  });
  window.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    add(droppedFiles(event.dataTransfer));
  });
}

/** Folders cannot be read as files. */
function droppedFiles({ items, files }) {
  const isFile = (item) => item.kind === 'file' && item.webkitGetAsEntry?.()?.isDirectory !== true;
  const found = [...items].filter(isFile).map((item) => item.getAsFile());
  return found.length > 0 || items.length > 0 ? found.filter(Boolean) : [...files];
}

/** A browser forgets the files of a page that was closed, but not which they were. */
function tellOfUnfinished(box) {
  const names = [];
  for (const key of Object.keys(localStorage)) {
    if (!REMEMBERED.test(key)) continue;
    try {
      names.push(JSON.parse(localStorage.getItem(key)).metadata.filename);
    } catch {
      localStorage.removeItem(key);
    }
  }
  if (names.length === 0) return;
  const note = document.getElementById('uploads-note');
  note.textContent = `Not finished: ${names.join(', ')}. Choose or drop ${names.length === 1 ? 'it' : 'them'} again to go on where it stopped.`;
  const forget = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'as-link',
    textContent: 'Forget',
  });
  forget.addEventListener('click', () => {
    for (const key of Object.keys(localStorage)) if (REMEMBERED.test(key)) localStorage.removeItem(key);
    note.hidden = true;
    box.hidden = document.getElementById('uploads-list').children.length === 0;
  });
  note.append(' ', forget);
  note.hidden = false;
  box.hidden = false;
}
