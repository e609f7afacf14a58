/** Sharing, stopping and trying again need no reload, and a new link is on the clipboard at once. */
import { copyText } from './copy-link.js';
import { sendForm } from './send-form.js';

/**
 * @param {HTMLElement} root forms in it marked data-live, buttons marked data-copy
 * @param {{ refresh: () => Promise<void>, tell: (text: string) => void }} options
 */
export function liveForms(root, { refresh, tell }) {
  root.addEventListener('submit', (event) => {
    const form = event.target.closest('form[data-live]');
    if (!form) return;
    event.preventDefault();
    submit(form);
  });
  root.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    tell((await copyText(button.dataset.copy)) ? 'Link copied.' : 'Copy the link from its field.');
  });

  function submit(form) {
    const row = form.closest('.file') ?? root;
    const sent = sendForm(form);
    const done = 'share' in form.dataset ? copyText(sent) : sent.then(() => undefined);
    Promise.all([sent, done]).then(
      async ([url, isCopied]) => {
        await refresh();
        tell(isCopied ? 'Shared, and the link is on your clipboard.' : 'Done.');
        if (isCopied === false) selectLink(row, url);
      },
      (error) => tell(error.message || 'That did not work. Reload the page and try again.'),
    );
  }

  function selectLink(row, url) {
    tell('Shared. Copy the link below.');
    [...row.querySelectorAll('.link-text')].find(({ value }) => value === url)?.select();
  }
}

/** Copy buttons need a script, so that they show only with it. */
export function showCopyButtons(root) {
  root.querySelectorAll('[data-copy]').forEach((button) => (button.hidden = false));
}
