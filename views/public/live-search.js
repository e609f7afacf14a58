/** A list that is searched as one types: the address says what is looked for, and the page is fetched anew. */

const TYPING_MS = 200;

/**
 * @param {HTMLFormElement} find
 * @param {{ refresh: () => Promise<void>, usual?: Record<string, string> }} options usual: what the address need not say
 */
export function searchAsTyped(find, { refresh, usual = {} }) {
  let timer;
  const look = () => {
    clearTimeout(timer);
    const params = new URLSearchParams(new FormData(find));
    for (const [name, value] of [...params]) {
      if (value === '' || value === usual[name]) params.delete(name);
    }
    const query = params.toString();
    history.replaceState(null, '', query ? `${find.action}?${query}` : find.action);
    refresh();
  };
  find.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING_MS);
  });
  find.addEventListener('change', look);
  find.addEventListener('submit', (event) => {
    event.preventDefault();
    look();
  });
}
