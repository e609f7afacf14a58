/** Puts a text on the clipboard, also where the modern way is refused (plain http on a home network). */

/**
 * @param {string | Promise<string>} text a promise may be given, since a click's permission does not outlive a request everywhere
 * @returns {Promise<boolean>} false where the browser lets nobody copy
 */
export async function copyText(text) {
  try {
    if (typeof text !== 'string' && window.ClipboardItem && navigator.clipboard?.write) {
      const blob = text.then((value) => new Blob([value], { type: 'text/plain' }));
      await navigator.clipboard.write([new window.ClipboardItem({ 'text/plain': blob })]);
    } else {
      const value = await text;
      if (navigator.clipboard) await navigator.clipboard.writeText(value);
      else return copyBySelection(value);
    }
    return true;
  } catch {
    return copyBySelection(await text);
  }
}

function copyBySelection(text) {
  const field = document.createElement('textarea');
  const focused = document.activeElement;
  field.value = text;
  field.className = 'unseen';
  field.setAttribute('readonly', '');
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return isCopied;
}
