import type { ReviewsVerdict, WrongReview } from './judge.ts';

/** What was found of reviews, line by line. */
export function reviewLines({
  invited,
  received,
  published,
  withheld,
  mean,
  wrong,
}: ReviewsVerdict): readonly string[] {
  const average = mean === null ? 'no average' : `average ${mean.toFixed(2)}`;
  return [
    `Reviews  ${invited} invited, ${received} received, ${published} published, ${withheld} withheld, ${average}`,
    ...(wrong.length === 0 ? ['         what is shown is what was received'] : wrong.map(sayWrongReview)),
  ];
}

/** In one sentence. */
export function sayWrongReview(wrong: WrongReview): string {
  switch (wrong.what) {
    case 'suppressed':
      return `WRONG: review ${wrong.review} was received and is suppressed: nothing shows it (entry ${wrong.index}).`;
    case 'invented':
      return `WRONG: review ${wrong.review} is invented: ${inventedWhy(wrong.index)}.`;
    case 'state':
      return `WRONG: review ${wrong.review} is shown as ${wrong.shown}, and entered as ${wrong.entered} (entry ${wrong.index}).`;
    case 'changed':
      return `WRONG: review ${wrong.review} was changed after it was published (entry ${wrong.index}).`;
    case 'answer':
      return `WRONG: the shop's answer to review ${wrong.review} is not the one that was entered (entry ${wrong.index}).`;
    case 'stars':
      return `WRONG: review ${wrong.review} is shown with ${wrong.shown} stars, and entered with ${wrong.entered} (entry ${wrong.index}).`;
    case 'twice':
      return `WRONG: review ${wrong.review} is shown twice.`;
    case 'figure':
      return `WRONG: "${wrong.name}" is shown as ${wrong.shown}; the ledger makes it ${wrong.made}.`;
    case 'unserved':
      return 'WRONG: the ledger received reviews, and the shop serves no list of them to compare.';
  }
}

function inventedWhy(index: number | null): string {
  return index === null ? 'the ledger never received it' : `nobody was invited to it (entry ${index})`;
}
