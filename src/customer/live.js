// Keeps an open page true. The page tells when something changed (any event from data-url); then the same address is asked
// again and #live is put in its place. XMLHttpRequest parses the answer itself: no markup ever passes through a string.
const waitMinMs = 1000;
const waitMaxMs = 60_000;
const ageEveryMs = 300_000;
const root = document.documentElement;
/** @type {EventSource | undefined} */
let source;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let waitMs = waitMinMs;
let missed = false;

/** @param {Document} from */
const liveOf = (from) => from.getElementById('live');
const controls = () =>
  [...document.querySelectorAll('#live :is(a,button,summary)')].filter((control) => control instanceof HTMLElement);

/** @param {string | undefined} text */
function say(text) {
  const said = document.getElementById('said');
  if (said) said.textContent = text ?? '';
}

/** @param {Document} fresh */
function show(fresh) {
  const old = liveOf(document);
  const next = liveOf(fresh);
  if (!old || !next) return;
  for (const { id } of old.querySelectorAll('details[open]')) fresh.getElementById(id)?.setAttribute('open', '');
  const focused = controls().findIndex((control) => control === document.activeElement);
  if (old.dataset['said'] !== next.dataset['said']) say(next.dataset['said']);
  document.title = fresh.title;
  old.replaceWith(next);
  controls()[focused]?.focus({ preventScroll: true });
}

function refresh() {
  const ask = new XMLHttpRequest();
  ask.open('GET', location.href);
  ask.responseType = 'document';
  ask.addEventListener('load', () => {
    if (ask.status === 404) location.reload();
    if (ask.status === 200 && ask.responseXML) show(ask.responseXML);
  });
  ask.send();
}

function open() {
  close();
  source = new EventSource(liveOf(document)?.dataset['url'] ?? '');
  source.addEventListener('open', () => {
    waitMs = waitMinMs;
    root.dataset['live'] = 'on';
    if (missed) refresh();
    missed = true;
    timer = setInterval(refresh, ageEveryMs);
  });
  source.addEventListener('message', refresh);
  source.addEventListener('error', () => {
    close();
    root.dataset['live'] = 'off';
    timer = setTimeout(open, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(waitMs * 2, waitMaxMs);
  });
}

function close() {
  source?.close();
  clearTimeout(timer);
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
document.addEventListener('click', ({ target }) => {
  const { copy, said } = target instanceof HTMLElement ? target.dataset : {};
  if (copy) navigator.clipboard?.writeText(copy).then(() => say(said), Boolean);
});
if (!document.hidden) open();
