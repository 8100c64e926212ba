// Judges pages by MDN's HTTP Observatory. Its own command line knows host names only; this asks for paths too, as somebody
// who is signed in where cookies are given, and judges each page as it is and as if the host's domain were on the list that
// browsers are shipped with. Reads JSON from stdin, writes JSON to stdout.
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';

// Its list comes from the net when it is installed; ours is empty but for what is put on it below.
const list = fileURLToPath(import.meta.resolve('@mdn/mdn-http-observatory/conf/hsts-preload.json'));
if (!existsSync(list)) writeFileSync(list, '{}\n');

const { hsts } = await import('@mdn/mdn-http-observatory/src/analyzer/hsts.js');
const { ALL_TESTS } = await import('@mdn/mdn-http-observatory/src/constants.js');
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import('@mdn/mdn-http-observatory/src/grader/charts.js');
const { getGradeForScore, getScoreModifier } = await import('@mdn/mdn-http-observatory/src/grader/grader.js');
const { retrieve } = await import('@mdn/mdn-http-observatory/src/retriever/retriever.js');
const { scan } = await import('@mdn/mdn-http-observatory/src/scanner/index.js');

/** As its `scan` adds up. */
function judge(requests) {
  const tests = ALL_TESTS.map((test) => test(requests)).map((output) => {
    return { test: output.constructor.name, result: output.result, modifier: getScoreModifier(output.result) };
  });
  const sum = (from) => from.reduce((total, { modifier }) => total + modifier, 100);
  const without = sum(tests.filter(({ modifier }) => modifier < 0));
  return { ...getGradeForScore(without >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(tests) : without), tests };
}

const { host, apex, pages } = JSON.parse(await text(process.stdin));
const judged = [];
for (const { path, cookie } of pages) {
  const headers = ['Accept: text/html', ...(cookie === null ? [] : [`Cookie: ${cookie.split(';', 1)[0]}`])];
  const requests = await retrieve(host, { path, headers });
  const { auto } = requests.responses;
  // What signing in had set is in the browser's jar when the page is shown.
  if (cookie !== null) requests.session.jar.setCookieSync(cookie, `https://${host}/`);
  hsts().delete(apex);
  const asItIs = judge(requests);
  hsts().set(apex, { mode: 'force-https', includeSubDomains: true });
  const end = requests.session.redirectHistory.at(-1)?.url;
  judged.push({ path, end: end?.pathname ?? null, status: auto?.status ?? null, asItIs, preloaded: judge(requests) });
}
hsts().delete(apex);
const [first] = pages;
const whole = first === undefined || first.cookie !== null ? null : await scan(`${host}${first.path}`);
process.stdout.write(JSON.stringify({ judged, wholeScore: whole?.scan.score ?? null }));
