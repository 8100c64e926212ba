// A button beside each command that takes it along; where the browser has no clipboard for pages, there is none.
for (const command of document.querySelectorAll('pre[data-copy]')) {
  if (!(command instanceof HTMLElement) || navigator.clipboard === undefined) continue;
  const { copy = '', copied = '' } = command.dataset;
  const text = command.textContent;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'take';
  button.append(copy);
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => button.replaceChildren(copied),
      () => button.remove(),
    );
  });
  command.after(button);
}
