/** Sends a form of ours by script. Errors: with the server's sentence. */

/** @param {HTMLFormElement} form @returns {Promise<string | undefined>} the address that it made */
export async function sendForm(form) {
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  });
  if (response.status === 401) location.reload(); // signed out elsewhere: the server asks to sign in
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer.url;
}
