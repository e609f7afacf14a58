/** The clip is cut and shared by one click; its link is on the clipboard and on the page. */
import { copyText } from './copy-link.js';
import { sendForm } from './send-form.js';

/**
 * @param {HTMLFormElement} form
 * @param {{ check: () => boolean, fail: (text: string) => void, refresh: () => Promise<void> }} options `check`: whether
 *   what is typed may be sent
 */
export function offerSharing(form, { check, fail, refresh }) {
  const shared = document.getElementById('clip-shared');
  const said = document.getElementById('clip-said');
  const [link, open] = [shared.querySelector('input'), shared.querySelector('a')];
  const button = form.querySelector('.clip-send');

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!check() || button.disabled) return;
    button.disabled = true;
    said.textContent = '';
    const sent = sendForm(form);
    // Begun within the click, whose permission would not outlive the request everywhere.
    const copied = copyText(sent).catch(() => false);
    try {
      const url = await sent;
      link.value = url;
      open.href = url;
      shared.hidden = false;
      said.textContent = (await copied)
        ? 'Shared, and the link is on your clipboard.'
        : 'Shared. Copy the link below.';
      if (!(await copied)) link.select();
      await refresh();
    } catch (error) {
      fail(error.message || 'That did not work. Reload the page and try again.');
    } finally {
      button.disabled = false;
    }
  });

  shared.querySelector('button').addEventListener('click', async () => {
    const isCopied = await copyText(link.value);
    said.textContent = isCopied ? 'Link copied.' : 'Copy the link from its field.';
    if (!isCopied) link.select();
  });

  return {
    /** Of another clip than the one that is being made now. */
    forget() {
      shared.hidden = true;
      said.textContent = '';
    },
  };
}
