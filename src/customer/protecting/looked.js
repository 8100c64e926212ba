// What the visitor's own browser sees of this visit, said beside what the shop has measured; without a script it is not said.
const section = document.getElementById('looked-here');

/** @type {Readonly<Record<string, () => boolean>>} */
const checks = {
  way: () => location.protocol === 'https:',
  // Every host that something was loaded from, this page's own address left out.
  alone: () => performance.getEntriesByType('resource').every(({ name }) => new URL(name).host === location.host),
};

if (section !== null) {
  for (const item of section.querySelectorAll('li')) {
    const good = checks[item.dataset['check'] ?? '']?.() ?? false;
    const said = (good ? item.dataset['good'] : item.dataset['bad']) ?? '';
    item.className = good ? 'good' : 'warn';
    item.querySelector(good ? '.no' : '.yes')?.remove();
    item.querySelector('span')?.append(said);
  }
  section.hidden = false;
}
