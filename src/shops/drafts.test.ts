import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { openCsv, readDrafts, readMapping, suggestMapping, type MappingText, type OrderDraft } from './shops.ts';
import { readMoment } from './times.ts';
import { countryOf, harmless, meantBy, readPrice } from './values.ts';

const plain: MappingText = {
  order_number: 'No',
  placed_at: { column: 'Date', zone: 'Europe/Berlin' },
  customer: { name: 'Buyer', email: 'Mail' },
  recipient: { name: 'Receiver' },
  address: { street: { columns: ['Street', 'House'] }, postcode: 'Zip', city: 'City', country: 'Country' },
  items: [{ title: 'Item', price: 'Price', currency: 'Currency' }],
  parcels: [{ carrier: { value: 'dhl' }, tracking_number: 'Track' }],
};
const header = 'No;Date;Buyer;Mail;Receiver;Street;House;Zip;City;Country;Item;Price;Currency;Track';

async function draftsOf(rows: readonly string[], mapping: MappingText = plain): Promise<readonly OrderDraft[]> {
  const file = await openCsv(bytesOf([header, ...rows].join('\n')));
  const drafts: OrderDraft[] = [];
  for await (const draft of readDrafts(file.rows, file.columns, readMapping(mapping, file.columns))) {
    if ('rows' in draft) drafts.push(draft);
  }
  return drafts;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const first = 'A1;1.5.2026 10:00;Ada;ada@x.example;Ada;Weg;1;10115;Berlin;Deutschland;Tasse;12,90;EUR;1111';

suite('drafts', () => {
  test('have the shape of the API\u2019s body, columns joined, prices in the smallest unit, countries by their code', async () => {
    const [draft] = await draftsOf([first]);
    assert.deepEqual(draft?.body, {
      placed_at: '2026-05-01T08:00:00Z',
      customer: { id: '', name: 'Ada', email: 'ada@x.example', phone: '' },
      address: { street: 'Weg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
      items: [{ sku: '', title: 'Tasse', quantity: 1, price_minor: 1290, currency: 'EUR' }],
      parcels: [{ carrier: 'dhl', tracking_number: '1111' }],
      consents: [],
    });
    assert.deepEqual([draft?.number, draft?.lines, draft?.wrong], ['A1', { first: 2, last: 2 }, []]);
  });

  test('of several rows gather items and parcels, each parcel once', async () => {
    const [draft, ...others] = await draftsOf([first, 'a1;;;;;;;;;;Teller;5;;2222, 1111', 'A1;;;;;;;;;;;;;3333']);
    assert.equal(others.length, 0);
    assert.deepEqual(draft?.lines, { first: 2, last: 4 });
    const { items, parcels } = draft?.body ?? {};
    assert.deepEqual(
      Array.isArray(items)
        ? items.map((item: { price_minor: number; currency: string }) => [item.price_minor, item.currency])
        : [],
      [
        [1290, 'EUR'],
        [500, 'EUR'],
      ],
    );
    assert.deepEqual(
      Array.isArray(parcels) ? parcels.map((parcel: { tracking_number: string }) => parcel.tracking_number) : [],
      ['1111', '2222', '3333'],
    );
  });

  test('are refused where rows of one order disagree, or stand apart', async () => {
    const [disagree] = await draftsOf([first, first.replace('Berlin', 'Potsdam')]);
    assert.deepEqual(
      disagree?.wrong.map(({ field, code }) => [field, code]),
      [['address.city', 'disagree']],
    );
    const apart = await draftsOf([first, first.replace('A1', 'A2'), first]);
    assert.deepEqual(
      apart.map(({ wrong }) => wrong.map(({ code }) => code)),
      [[], [], ['again']],
    );
  });

  test('say what a cell could not be read as', async () => {
    const [draft] = await draftsOf(['A1;31.02.2026;Ada;;;Weg;1;1;B;DE;Tasse;1.234;EUR;']);
    assert.deepEqual(
      draft?.wrong.map(({ field, code }) => [field, code]),
      [
        ['placed_at', 'no_time'],
        ['items.0.price', 'unclear_price'],
      ],
    );
    assert.deepEqual((await draftsOf(['A\uFFFD1;;;;;;;;;;;;;']))[0]?.wrong[0]?.code, 'unreadable');
    assert.deepEqual((await draftsOf([';1.1.2026;;;;;;;;;;;;']))[0]?.wrong[0]?.code, 'missing');
  });

  test('of more rows than an order can have are refused as a whole', async () => {
    const drafts = await draftsOf(Array.from({ length: 2_500 }, () => first));
    assert.deepEqual(
      drafts.map(({ wrong }) => wrong[0]?.code),
      ['too_many_rows', 'again', 'again'],
    );
  });

  test('do not throw, whatever stands in the cells', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('1', '9', '.', ',', '-', 'a', ' ', "'", '=', 'E', ':', 'T', '\uFFFD'),
    });
    const row = fc.array(cell, { minLength: 1, maxLength: 16 }).map((cells) => cells.join(';'));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => void (await draftsOf(rows))),
      {
        numRuns: 300,
      },
    );
  });
});

suite('times', () => {
  const cases = [
    ['2017-01-05T12:06', null, 'America/Sao_Paulo', '2017-01-05T14:06:00Z'],
    ['2024-05-01 13:22:11 +0200', null, null, '2024-05-01T11:22:11Z'],
    ['2024-05-01T13:22:11.123+02:00', null, null, '2024-05-01T11:22:11Z'],
    ['01.05.2024, 13:22', null, 'Europe/Berlin', '2024-05-01T11:22:00Z'],
    ['05/01/2024 1:22 pm', 'MM/dd/yyyy h:mm a', 'Europe/Berlin', '2024-05-01T11:22:00Z'],
    ['1714562531', 'unix', null, '2024-05-01T11:22:11Z'],
    ['2024-05-01T13:22', null, null, 'no_zone'],
    ['05/01/2024', null, 'Europe/Berlin', 'no_time'],
    ['31.02.2024', null, 'Europe/Berlin', 'no_time'],
  ] as const;
  for (const [cell, format, zone, at] of cases) {
    test(`${cell} with ${format ?? 'no format'} in ${zone ?? 'no zone'} is ${at}`, () => {
      assert.equal(String(readMoment(cell, format, zone)), at);
    });
  }
});

suite('prices', () => {
  const cases = [
    ['1.234,50 €', null, 'EUR', 123_450],
    ['1,234.50', null, 'USD', 123_450],
    ['EUR 12,9', null, 'EUR', 1_290],
    ['1\u2019234.50', null, 'CHF', 123_450],
    ['0.005', null, 'EUR', 1],
    ['16.7983', 'point', 'EUR', 1_680],
    ['1.234', 'point', 'EUR', 123],
    ['1.234', 'comma', 'EUR', 123_400],
    ['1.234', null, 'EUR', 'unclear_price'],
    ['500', null, 'JPY', 500],
    ['twelve', null, 'EUR', 'no_price'],
    ['1,2,3', 'comma', 'EUR', 'no_price'],
  ] as const;
  for (const [cell, decimal, currency, minor] of cases) {
    test(`${cell} ${currency}, ${decimal ?? 'no'} decimal sign said, is ${minor}`, () => {
      assert.equal(readPrice(cell, decimal, currency), minor);
    });
  }
});

test('countries are known by their names in German and English', () => {
  assert.deepEqual(['Deutschland', 'Germany', 'österreich', 'at', 'Atlantis'].map(countryOf), [
    'DE',
    'DE',
    'AT',
    'at',
    'Atlantis',
  ]);
});

test('no cell of a report is a formula, and reading it again gives what it was', () => {
  for (const cell of ['=1+1', '+49 30 1', '-5', '@x', '  =x', 'plain']) {
    assert.doesNotMatch(harmless(cell), /^[\s]*[=+\-@]/);
    assert.equal(meantBy(harmless(cell)), cell.trim());
  }
});

suite('a mapping', () => {
  const columns = header.split(';');

  test('that names a column which the file does not have is refused with the columns that it has', () => {
    assert.throws(
      () => readMapping({ ...plain, order_number: 'Nope' }, columns),
      (error) => {
        assert.ok(error instanceof Fault);
        assert.match(error.publicText, /It has: "No", "Date"/);
        assert.deepEqual(
          error.errors.map(({ message }) => message),
          ['The file has no column "Nope".'],
        );
        return true;
      },
    );
  });

  test('with a wrong place is refused with where it is', () => {
    const wrong = { ...plain, order_number: 7, placed_at: { column: 'Date', zone: 'Mars' }, more: 1 };
    assert.throws(
      () => readMapping(wrong, columns),
      (error) => {
        assert.ok(error instanceof Fault);
        assert.deepEqual(
          error.errors.map(({ pointer }) => pointer),
          ['/order_number', '/placed_at/zone', ''],
        );
        return true;
      },
    );
  });

  const exports = {
    Shopify: {
      header:
        'Name,Email,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping Name,Shipping Street,Shipping City,Shipping Zip,Shipping Country,Phone,Notes,Tags',
      unused: ['Notes', 'Tags'],
    },
    WooCommerce: {
      header:
        'Order Number,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Email (Billing),Phone (Billing),First Name (Shipping),Last Name (Shipping),Address 1&2 (Shipping),City (Shipping),Postcode (Shipping),Country Code (Shipping),SKU,Item Name,Quantity (- Refund),Item Cost,Order Currency',
      unused: ['Customer Note'],
    },
    Shopware: {
      header:
        'orderNumber;orderDateTime;currency.isoCode;orderCustomer.firstName;orderCustomer.lastName;orderCustomer.email;shippingAddress.street;shippingAddress.zipcode;shippingAddress.city;shippingAddress.country.iso;lineItems.label;lineItems.quantity;lineItems.unitPrice;deliveries.trackingCodes',
      unused: [],
    },
    'a German spreadsheet': {
      header:
        'Bestellnummer;Bestelldatum;Kundennummer;Name;E-Mail;Straße;Hausnummer;PLZ;Ort;Land;Artikel;Menge;Einzelpreis;Währung;Sendungsnummer;Geburtstag',
      unused: ['Geburtstag'],
    },
  };
  for (const [name, { header: names, unused }] of Object.entries(exports)) {
    test(`is suggested for ${name}: it fits, and what it does not know it leaves alone`, () => {
      const list = names.split(/[,;]/);
      const suggestion = suggestMapping(list, { language: 'de', zone: 'Europe/Berlin' });
      assert.deepEqual([suggestion.missing, suggestion.unused], [[], unused]);
      const read = readMapping(suggestion.mapping, list);
      assert.ok(read.customer.email);
      assert.ok(read.customer.name);
    });
  }

  test('is suggested with a question mark where no column was recognised, and then fits no file', () => {
    const suggestion = suggestMapping(['foo', 'E-Mail'], { language: 'de', zone: 'Europe/Berlin' });
    assert.deepEqual(suggestion.missing, ['order_number', 'placed_at', 'street', 'city', 'country']);
    assert.throws(() => readMapping(suggestion.mapping, ['foo', 'E-Mail']), Fault);
  });
});
