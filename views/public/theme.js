/** The button for light and dark changes the page at once; the server reads the cookie for the pages to come. */
const COOKIE = 'lanternshare_theme';
const KEPT_SECONDS = 400 * 24 * 3600;
/** What follows what; '' is as the system has it. */
const NEXT = { '': 'light', light: 'dark', dark: '' };
const WORDS = { '': 'as the system', light: 'light', dark: 'dark' };

const button = document.getElementById('theme');

button?.addEventListener('click', (event) => {
  event.preventDefault();
  const theme = button.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${COOKIE}=${theme}; path=/; samesite=lax; max-age=${theme ? KEPT_SECONDS : 0}${secure}`;
  button.value = NEXT[theme];
  button.setAttribute('aria-label', `Colours: ${WORDS[theme]}. Change`);
});
