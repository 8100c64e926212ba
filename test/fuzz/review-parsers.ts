import { readReviewEntry } from '../../src/privacy/verifier/reviews/entries.ts';
import { readShownPage } from '../../src/privacy/verifier/reviews/shown.ts';
import { openCodec } from '../../src/reviews/pictures/codec.ts';
import { readHead } from '../../src/reviews/pictures/heads/head.ts';
import { readFormParts } from '../../src/kit/http/upload/form-parts.ts';
import { readImports } from '../../src/reviews/exchange/read-imports.ts';
import { readWritten } from '../../src/customer/reviews/form-view.ts';
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

const form = Buffer.from(
  '--b\r\nContent-Disposition: form-data; name="shop"\r\n\r\n5\r\n--b\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n\r\nxyz\r\n--b--\r\n',
);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

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
  bytesParser(
    'review form',
    [form],
    async (bytes) => {
      const limits = { bytesMax: 2_000, filesMax: 2, fileBytesMax: 500 };
      const { fields } = await readFormParts('multipart/form-data; boundary=b', once(bytes), limits);
      return readWritten(fields);
    },
    { faults: ['invalid', 'limit'] },
  ),
  bytesParser(
    'reviews from elsewhere',
    [Buffer.from('Stars;Date;Title;Text;SKU\r\n5;2025-03-01;Good;"a ""b""\nc";T-1\r\n1,0;1.3.2025;;;\r\n')],
    async (bytes) => await readImports(once(bytes), Temporal.Instant.from('2026-11-30T00:00:00Z')),
  ),
  textParser('list of reviews', [JSON.stringify(page)], (text) => readShownPage(Buffer.from(text))),
];
