/**
 * Sends files in parts, two at once, and goes on after a lost connection or a reload where the server says that it
 * stopped. One line of the list per file, with its progress, its verbs and what went wrong in words.
 */
import { Upload } from 'tus-js-client';
import { createLine } from './upload-line.js';

const AT_ONCE = 2;
/** Below what proxies let through in one request. */
const CHUNK_BYTES = 50_000_000;
const RETRY_MS = [0, 1000, 2000, 4000, 8000, ...Array(120).fill(15_000)];

/** @param {HTMLElement} box @param {{ onDone: () => void }} options */
export function createUploader(box, { onDone }) {
  const { endpoint, folder, csrf, files: filesPath } = box.dataset;
  const list = document.getElementById('uploads-list');
  const said = document.getElementById('uploads-said');
  const waiting = [];
  const running = new Set();
  window.addEventListener('online', () => running.forEach(({ goOn }) => goOn()));

  function startNext() {
    while (running.size < AT_ONCE && waiting.length > 0) {
      const task = waiting.shift();
      running.add(task);
      void task.start();
    }
  }

  function end(task) {
    running.delete(task);
    startNext();
  }

  function add(file) {
    const line = createLine(file.name, { pause, resume, cancel });
    list.append(line.element);
    const fingerprint = ['lantern', folder, file.name, file.size, file.lastModified].join('/');
    const upload = new Upload(file, {
      endpoint: new URL(endpoint, location.href).href,
      headers: { 'X-CSRF-Token': csrf },
      metadata: { filename: file.name, folder },
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      fingerprint: () => Promise.resolve(fingerprint),
      onShouldRetry(error) {
        if (!mayPass(error)) return false;
        line.lostConnection();
        return true;
      },
      onProgress: (sent, total) => line.progress(sent, total),
      onSuccess({ lastResponse }) {
        const id = lastResponse?.getHeader('X-File-Id');
        line.done(id ? filesPath + id : undefined);
        said.textContent = `${file.name} is in the library.`;
        end(task);
        onDone();
      },
      onError(error) {
        line.failed(wordsOf(error), mayGoOn(error));
        said.textContent = `${file.name}: ${wordsOf(error)}`;
        end(task);
      },
    });
    const task = { start, goOn: () => line.isRetrying() && again() };

    async function start() {
      line.starting();
      const [previous] = await upload.findPreviousUploads().catch(() => []);
      if (previous) upload.resumeFromPreviousUpload(previous);
      upload.start();
    }

    /** The connection is back: not when the next try is due, but now. */
    async function again() {
      await upload.abort();
      if (running.has(task)) upload.start();
    }

    async function pause() {
      remove(waiting, task);
      await upload.abort();
      line.paused();
      end(task);
    }

    function resume() {
      line.waiting();
      waiting.push(task);
      startNext();
    }

    async function cancel() {
      remove(waiting, task);
      line.element.remove();
      forget(fingerprint);
      // Also what the server has of it; what it cannot be told of, it forgets after a day.
      await upload.abort(true).catch(() => {});
      end(task);
      if (list.children.length === 0) box.hidden = true;
    }

    waiting.push(task);
  }

  return {
    /** @param {File[]} files */
    add(files) {
      files.forEach(add);
      startNext();
    },
  };
}

/** As tus-js-client remembers it; at once, whatever becomes of the page. */
function forget(fingerprint) {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(`tus::${fingerprint}::`));
  for (const key of keys) localStorage.removeItem(key);
}

function remove(list, item) {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

/** No answer, a busy or restarting server, another page that still holds the upload: it passes by itself. */
function mayPass(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);
}

/** A file that was refused is not asked for twice. */
function mayGoOn(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  return mayPass(error) || status === 401 || status === 507;
}

function wordsOf(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 0) return 'The connection was lost. Press Resume when it is back.';
  if (status === 401) return 'You were signed out. Sign in again in another tab, then press Resume.';
  if (status === 403) return 'This page is out of date. Reload it and choose the file again to go on.';
  const said = error.originalResponse.getBody()?.trim();
  // Sentences are the server's own; what a proxy answers is a page.
  return said && !said.startsWith('<') && said.length < 300
    ? readError(said)
    : `It did not work (${status}).`;
}

function readError(said) {
  try {
    return JSON.parse(said).error ?? said;
  } catch {
    return said;
  }
}
