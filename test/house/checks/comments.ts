// Comments say why, now. What is to be done is done or in the issues; what was, is in the history.
import type { Finding, Law } from '../law.ts';
import { tokensOf } from '../source.ts';
import { sqlComments } from '../sql.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

const unfinished = /\b(?:TODO|FIXME|XXX)\b|\b[Nn]ot (?:yet )?implemented\b/;
const history = /\b(?:refactored|renamed from|moved here from|was changed (?:to|from)|old version of this)\b/i;

export const comments: Law = {
  sees: (path) => /^(?:src|test|scripts|bench)\//.test(path) && (isCode(path) || path.endsWith('.sql')),
  judge: (files) => files.flatMap(judgeFile),
};

/** Comments everywhere; in the product also what it says, so that no unfinished part hides behind a message. */
function remarksOf({ path, text }: TreeFile): readonly { readonly text: string; readonly line: number }[] {
  if (path.endsWith('.sql')) return sqlComments(text);
  return tokensOf(text).filter(
    ({ kind }) => kind === 'comment' || (!isTest(path) && ['string', 'template'].includes(kind)),
  );
}

function judgeFile(file: TreeFile): readonly Finding[] {
  return remarksOf(file).flatMap(({ text, line }) =>
    [unfinished, history].flatMap((pattern) => {
      const found = pattern.exec(text);
      if (found === null) return [];
      const above = text.slice(0, found.index).split('\n').length - 1;
      return [{ path: file.path, line: line + above, says: `says "${found[0]}"` }];
    }),
  );
}
