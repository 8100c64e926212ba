/** An address in a style sheet; `imports` for another sheet. */
type Written = { readonly imports: boolean; readonly address: string };

const addressesMax = 5_000;
const addressCharactersMax = 4_096;
const quotedOrBare = /^\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s;]*))/;

/** Every `url(…)` and `@import`, in one way through the text, whatever it is. */
export function addressesInCss(css: string): readonly Written[] {
  const found: Written[] = [];
  const mark = /\/\*|@import(?:\s{0,20}url\()?|url\(/gi;
  for (let hit = mark.exec(css); hit !== null && found.length < addressesMax; hit = mark.exec(css)) {
    if (hit[0] === '/*') {
      const end = css.indexOf('*/', mark.lastIndex);
      mark.lastIndex = end === -1 ? css.length : end + 2;
    } else {
      const { address, length } = addressAt(css, mark.lastIndex);
      mark.lastIndex += length;
      found.push({ imports: hit[0].startsWith('@'), address });
    }
  }
  return found;
}

function addressAt(css: string, at: number): { address: string; length: number } {
  const [whole = '', double, single, bare = ''] = quotedOrBare.exec(css.slice(at, at + addressCharactersMax)) ?? [];
  return { address: double ?? single ?? bare, length: whole.length };
}
