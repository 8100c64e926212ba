// What changes something is sent once: the second of two quick presses would do it again, or meet a link that is used up.
addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post') return;
  if (form.dataset['sent'] !== undefined) event.preventDefault();
  form.dataset['sent'] = '';
});
// Whoever comes back to the page may send it again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset['sent'];
});
