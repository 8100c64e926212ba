import { readReviewEntry } from '../../src/privacy/verifier/reviews/entries.ts';
import { readShownPage } from '../../src/privacy/verifier/reviews/shown.ts';
import { openCodec } from '../../src/reviews/pictures/codec.ts';
import { readHead } from '../../src/reviews/pictures/heads/head.ts';
import { bytesParser, textParser, type Parser } from './parser.ts';

const jpeg = openCodec().encode({ width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) }, 60);
const exif = Buffer.from('ffe1001e45786966000049492a00080000000100120103000100000006000000', 'hex');
const png = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);
const webp = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
const page = {
  figures: {
    received: 1,
    shop: { count: 1, mean: 5, spread: [0, 0, 0, 0, 1] },
    withheld: [{ reason: 'insult', count: 1 }],
  },
  reviews: [{ review: 'rev_1', state: 'published', shop: 5, content: { shop: 5, products: [{ stars: 1 }] } }],
  next: 'rev_1',
};

/** What writers of reviews send, and what comes from a shop whose reviews are recomputed. */
export const reviewParsers: readonly Parser[] = [
  bytesParser(
    'review picture',
    [jpeg, Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]), png, webp],
    readHead,
  ),
  bytesParser(
    'review entry',
    [Buffer.from('{"digest":"ab","kind":"review received","of":"cd","review":"rev_1","shop":"5"}')],
    (bytes) => readReviewEntry(bytes, 7),
  ),
  textParser('list of reviews', [JSON.stringify(page)], (text) => readShownPage(Buffer.from(text))),
];
