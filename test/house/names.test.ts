import { test } from 'node:test';
import { comments } from './checks/comments.ts';
import { declaredNames, fileNames, productWords } from './checks/names.ts';
import { finds, holds } from './law.ts';

test('Files and folders bear kebab-case names that say what is inside.', () => holds(fileNames));

test('Names that say nothing, and other shapes of name, are found.', () => {
  finds(
    fileNames,
    {
      'src/parcels/Intake.ts': '',
      'src/parcels/fold_scan.ts': '',
      'src/parcels/foldScan.test.ts': '',
      'src/parcels/utils.ts': '',
      'src/parcels/parcel-service.ts': '',
      'src/helpers/time.ts': '',
      'src/customer/my-data.tsx': '',
      'src/service/service.ts': '',
      'src/service/README.md': '',
      'src/parcels/schema/001-parcels.sql': '',
      'src/carriers/dhl-unified/samples/Some_Answer.json': '',
      'src/customer/words/en.json': '',
    },
    [
      'src/parcels/Intake.ts:1 is not named in kebab-case',
      'src/parcels/fold_scan.ts:1 is not named in kebab-case',
      'src/parcels/foldScan.test.ts:1 is not named in kebab-case',
      'src/parcels/utils.ts:1 "utils" says nothing about what is inside',
      'src/parcels/parcel-service.ts:1 "parcel-service" says nothing about what is inside',
      'src/helpers/time.ts:1 "helpers" says nothing about what is inside',
    ],
  );
});

test('Nothing is exported as default or named after a pattern; no test is left out by a call.', () =>
  holds(declaredNames));

test('Default exports, pattern names and left-out tests are found.', () => {
  finds(
    declaredNames,
    {
      'src/a/a.ts':
        'export default 1;\nexport { a as default };\nclass ParcelManager {}\nexport const createParcelService = 1;',
      'src/a/b.ts': `import { default as pino } from 'pino';\nswitch (a) { default: }\nconst service = 'parcel'; call(parcelService);`,
      'test/reporter.ts': 'export default 1;',
      'src/a/a.test.ts': `test.only('a', f);\ntest('b', { skip: 'no Chromium' }, f);\ndescribe.skip('c', f);\ntest.todo('d');\ncontext.skip('no Chromium');`,
      'src/a/c.ts': 'list.skip(3);',
    },
    [
      'src/a/a.ts:1 exports a default',
      'src/a/a.ts:2 exports a default',
      'src/a/a.ts:3 declares ParcelManager, a pattern and not a thing',
      'src/a/a.ts:4 declares createParcelService, a pattern and not a thing',
      `src/a/a.test.ts:1 calls .only(): say { skip: 'reason' } or do it`,
      `src/a/a.test.ts:3 calls .skip(): say { skip: 'reason' } or do it`,
      `src/a/a.test.ts:4 calls .todo(): say { skip: 'reason' } or do it`,
    ],
  );
});

test('One thing has one word: parcel, carrier, shop.', () => holds(productWords));

test('Words that are not the product’s are found, outside the wire formats of others.', () => {
  const text = `type Shipment = {};\nconst a = b.tenantId; // a courier is a carrier\nconst c = 'shipments';`;
  finds(
    productWords,
    {
      'src/parcels/parcels.ts': text,
      'src/parcels/merchants.ts': '',
      'src/parcels/schema/001-parcels.sql': `create table parcels.consignment (id uuid) -- of a courier`,
      'src/carriers/dhl-unified/read.ts': text,
      'src/shops/shopify/read.ts': text,
      'src/sample/carrier-simulator.ts': text,
      'src/sample/simulator/tracking.ts': text,
    },
    [
      `src/parcels/parcels.ts:1 Shipment is not the product's word`,
      `src/parcels/parcels.ts:2 tenantId is not the product's word`,
      `src/parcels/merchants.ts:1 is named with a word that is not the product's`,
      `src/parcels/schema/001-parcels.sql:1 consignment is not the product's word`,
    ],
  );
});

test('Comments say why, and leave nothing to be done.', () => holds(comments));

test('Unfinished work and told history are found in comments, and in what the product says.', () => {
  finds(
    comments,
    {
      'src/a/a.ts': `const a = 1; // TODO later\n/** Folds.\n * FIXME */\nthrow new Error('not implemented');`,
      'src/a/b.ts': '// Renamed from c.ts.\nconst todo = "to do";\n// Why: the carrier answers twice.',
      'src/a/schema/001-a.sql': `select 1;\n-- TODO index`,
      'src/a/a.test.ts': `const planted = '// TODO';`,
    },
    [
      'src/a/a.ts:1 says "TODO"',
      'src/a/a.ts:3 says "FIXME"',
      'src/a/a.ts:4 says "not implemented"',
      'src/a/b.ts:1 says "Renamed from"',
      'src/a/schema/001-a.sql:2 says "TODO"',
    ],
  );
});
