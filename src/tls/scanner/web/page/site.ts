/** Second levels under which countries give out names; a name below them is a site of its own. */
const secondLevels = new Set([
  'co',
  'com',
  'net',
  'org',
  'ac',
  'edu',
  'gov',
  'gv',
  'ltd',
  'me',
  'ne',
  'nom',
  'or',
  'go',
]);

/** The name in an address; empty when it has none. */
export function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

const shownCharactersMax = 200;

/** An address as it may be written down: without its query, which may hold what belongs to one visitor. */
export function shownUrl(url: string): string {
  return (url.split(/[?#]/)[0] ?? '').slice(0, shownCharactersMax);
}

/**
 * The name that somebody registered: the last two labels, three under `co.uk` and its like. The full list of public
 * suffixes is not at hand; where it would say otherwise two shops under one suffix pass for one site.
 */
export function siteOf(host: string): string {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const [second = '', top = ''] = labels.slice(-2);
  return labels.slice(top.length === 2 && secondLevels.has(second) ? -3 : -2).join('.');
}
