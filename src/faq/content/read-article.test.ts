import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readArticle, type ReadArticle } from './read-article.ts';

const head = 'title: Where is it?\nsummary: How to see it.\ntopic: parcel\n';
const read = (body: string, more = ''): ReadArticle => readArticle(`${head}${more}---\n${body}`);
const codes = (result: ReadArticle): readonly string[] =>
  'troubles' in result ? result.troubles.map(({ line, code }) => `${line} ${code}`) : [];

suite('an article is read', () => {
  test('blocks by how their lines begin, conditions until the next one', () => {
    const result = read(`One line
and another.

## Steps
1. First
2. Second
   goes on
- A point

[when late]
[when problem loss]
> We
> care.
[always]
-> article parcel-lost: It is gone
-> parcel: See it`);
    assert.ok('article' in result, JSON.stringify(result));
    const rare = [[{ about: 'late', is: true }], [{ about: 'problem', oneOf: ['loss'] }]];
    assert.deepEqual(result.article.blocks, [
      { kind: 'paragraph', text: 'One line and another.', when: [] },
      { kind: 'heading', text: 'Steps', when: [] },
      { kind: 'steps', items: ['First', 'Second goes on'], when: [] },
      { kind: 'list', items: ['A point'], when: [] },
      { kind: 'note', text: 'We care.', when: rare },
      { kind: 'link', to: 'article parcel-lost', text: 'It is gone', when: [] },
      { kind: 'link', to: 'parcel', text: 'See it', when: [] },
    ]);
  });

  test('its head, with keywords, conditions and a position', () => {
    const result = read(
      'Text',
      'keywords: a, b ,, a\nwhen: milestone exception and has arrival\nrelated: no-news\nposition: 7\n',
    );
    assert.ok('article' in result);
    assert.deepEqual(result.article.keywords, ['a', 'b']);
    assert.deepEqual(result.article.related, ['no-news']);
    assert.equal(result.article.position, 7);
    const [clause] = result.article.when;
    assert.deepEqual(clause, [
      { about: 'milestone', oneOf: ['exception'] },
      { about: 'value', variable: 'arrival', is: true },
    ]);
  });

  const wrong: readonly (readonly [body: string, more: string, says: readonly string[]])[] = [
    ['', '', ['5 empty']],
    ['Hello {name}', '', ['5 variable']],
    ['Hello {name', '', ['5 message']],
    ['{arrival}', '', ['5 uncertain']],
    ['[when late]\n{arrival}', '', ['6 uncertain']],
    ['[when has arrival]\n[when late]\n{arrival}', '', ['7 uncertain']],
    ['[when has arrival]\n{arrival}, {status}', '', []],
    ['[when carrier ups]\n{carrier} {parcels, plural, one {has it} other {has # of them}}', '', []],
    ['{shop, plural, other {#}}', '', ['5 number']],
    ['{shop, date}', '', ['5 message']],
    ['[when parcel]\n{parcels, number}', '', []],
    ['[when parcel]\n{parcels, number, ::currency/EURO}', '', ['6 message']],
    ['[when has arrival]\nA\n[always]\n{arrival}', '', ['8 uncertain']],
    ['[sometimes]\nText', '', ['5 bracket']],
    ['[when raining]\nText', '', ['5 when']],
    ['[when milestone lost]\nText', '', ['5 when']],
    ['[when status delivered.moon]\nText', '', ['5 when']],
    ['-> moon: Fly', '', ['5 empty', '5 target']],
    ['-> https://evil.example: Fly', '', ['5 empty', '5 target']],
    ['Text', 'title: Again\n', ['4 twice']],
    ['Text', 'colour: red\n', ['4 head']],
    ['Text', 'position: -1\n', ['4 position']],
    ['Text', 'related: Not A Slug\n', ['4 related']],
    ['Text \u202Eevil', '', ['5 character']],
    ['x'.repeat(2_001), '', ['5 empty', '5 block']],
    ['x\n\n'.repeat(61), '', ['125 blocks']],
    [`${'{shop, select, other {'.repeat(40)}${'}}'.repeat(40)}`, '', ['5 message']],
  ];
  for (const [body, more, says] of wrong) {
    test(`${JSON.stringify((body + more).slice(0, 50))} says ${says.join(', ') || 'nothing'}`, () => {
      assert.deepEqual([...codes(read(body, more))].toSorted(), [...says].toSorted());
    });
  }

  test('without a head, too long, or without what it needs, it says so', () => {
    assert.deepEqual(codes(readArticle('Text')), ['1 separator']);
    assert.deepEqual(codes(readArticle('x'.repeat(20_001))), ['1 long']);
    assert.deepEqual(codes(readArticle('---\nText')), ['1 title', '1 summary', '1 topic']);
    assert.deepEqual(codes(readArticle('title: {carrier}\nsummary: a\ntopic: order\n---\nText')), ['1 uncertain']);
  });
});
