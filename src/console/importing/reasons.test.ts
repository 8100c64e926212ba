import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';

const house = await openConsoleHouse();
after(house.close);

const columns = 'No;Date;Lang;Name;Mail;Street;City;Country;Item;Qty;Price;Currency;Carrier;Track'.split(';');
const good = '1.5.2026;de;Ada;ada@kunde.example;Weg 1;Berlin;DE;Tasse;1;12,90;EUR;dhl;00340434161094000001'.split(';');

/** A row that is good but for one cell. */
function rowWith(number: string, column: string, cell: string): string {
  const cells = good.map((usual, place) => (columns[place + 1] === column ? cell : usual));
  return [number, ...cells].join(';');
}

/** Ways in which a cell can be wrong, and what a German page says of it. */
const wrong: readonly (readonly [column: string, cell: string, said: string])[] = [
  ['Date', 'neulich', 'Bestellt am (Date): ist keine Zeit in der erwarteten Form.'],
  ['Date', '1.5.1896', 'Bestellt am (Date): liegt nicht in den Jahren 1990 bis 2099.'],
  ['Date', '', 'Bestellt am (Date): fehlt.'],
  ['Lang', 'Deutsch, bitte', 'Sprache (Lang): ist kein Kürzel einer Sprache wie de oder en-GB.'],
  ['Name', 'x'.repeat(201), 'Name des Käufers (Name): ist zu lang oder zu groß.'],
  ['Name', 'A\0da', 'Name des Käufers (Name): hat nicht die erwartete Form.'],
  ['Mail', 'keine', 'E-Mail-Adresse (Mail): ist keine E-Mail-Adresse.'],
  ['Street', '', 'Straße (Street): ist leer oder zu klein.'],
  ['Country', 'Atlantis', 'Land (Country): ist kein Land: ein Kürzel wie DE, oder der Name auf Deutsch oder Englisch.'],
  ['Qty', 'zwei', 'Menge (Qty): ist keine ganze Zahl.'],
  ['Price', 'gratis', 'Einzelpreis (Price): ist kein Preis.'],
  ['Price', '1.234', 'Einzelpreis (Price): könnte zwei Preise bedeuten; nennen Sie das Dezimalzeichen.'],
  ['Currency', 'Euro', 'Währung (Currency): ist kein Kürzel einer Währung wie EUR.'],
  ['Carrier', 'Brieftaube', 'Paketdienst (Carrier): ist hier nicht bekannt.'],
];

const mapping = {
  ...{ order_number: 'No', placed_at: { column: 'Date', zone: 'Europe/Berlin' }, language: 'Lang' },
  customer: { name: 'Name', email: 'Mail' },
  address: { street: 'Street', city: 'City', country: 'Country' },
  items: [{ title: 'Item', quantity: 'Qty', price: 'Price', currency: 'Currency' }],
  parcels: [{ carrier: 'Carrier', tracking_number: 'Track' }],
};

test('Whatever is wrong with a row is said in the language of the page, in the preview and in the file to be corrected.', async () => {
  const { imports } = house.needs;
  const { shop } = house.ground;
  const cookie = await house.signIn();
  await house.ask('/console/language', { cookie, form: { language: 'de' } });
  for (const part of [wrong.slice(0, 10), wrong.slice(10)]) {
    const rows = part.map(([column, cell], place) => rowWith(`R-${place}`, column, cell));
    const bytes = (async function* () {
      yield Buffer.from([columns.join(';'), ...rows].join('\n'));
    })();
    const id = await imports.begin(shop, { name: 'past.csv', bytes });
    await imports.remap(shop.shopId, id, mapping);
    const page = (await house.ask(`/console/import/${id}`, { cookie })).text;
    await imports.start(shop.shopId, id);
    await house.settle();
    const report = (await house.ask(`/console/import/${id}/refused.csv`, { cookie })).text;
    assert.match(report, /^\uFEFF?Zeile;Grund;No;/);
    for (const [, , words] of part) {
      assert.ok(page.includes(`<b>${words}</b>`), `${words}: not in the preview`);
      assert.ok(report.includes(/[,;]/.test(words) ? `"${words}"` : `;${words};`), `${words}: not in the report`);
    }
  }
});
