// Reads TypeScript as far as the house's laws need it: words, marks, strings and comments with their lines. Not a
// parser: JSX text comes out as words, and a lone apostrophe in it as a mark.

export type Token = {
  readonly kind: 'word' | 'mark' | 'string' | 'template' | 'number' | 'regex' | 'comment';
  /** Strings and templates without their quotes; `${…}` of a template is `${}` here and its inside follows. */
  readonly text: string;
  readonly line: number;
};

export type Import = {
  /** Null when it is computed, so that nobody can tell where it leads. */
  readonly from: string | null;
  readonly line: number;
};

const shapes = [
  ['comment', /\/\/[^\n]*|\/\*[^]*?\*\//y],
  ['string', /'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*"/y],
  ['word', /#?[\p{ID_Start}$_][\p{ID_Continue}$]*/uy],
  ['number', /\d[\w.]*/y],
  ['regex', /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y],
  ['mark', /[^]/y],
] as const;

/** Words after which `/` begins a regular expression and does not divide. */
const beforeRegex = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do']);

const kept = new Map<string, readonly Token[]>();

export function tokensOf(text: string): readonly Token[] {
  let tokens = kept.get(text);
  if (tokens === undefined) {
    tokens = new Lexer(text).all();
    kept.set(text, tokens);
  }
  return tokens;
}

/** Tokens without comments. */
export function codeOf(text: string): readonly Token[] {
  return tokensOf(text).filter((token) => token.kind !== 'comment');
}

class Lexer {
  private readonly text: string;
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
  }

  all(): readonly Token[] {
    this.read(false);
    return this.tokens;
  }

  /** Reads to the end, or inside a template to the brace that closes `${`. */
  private read(inTemplate: boolean): void {
    let depth = 0;
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (/\s/.test(character)) this.advance(1);
      else if (character === '`') this.template();
      else if (inTemplate && character === '}' && depth === 0) return;
      else {
        if (character === '{') depth += 1;
        if (character === '}') depth -= 1;
        this.plain();
      }
    }
  }

  private plain(): void {
    for (const [kind, shape] of shapes) {
      if (kind === 'regex' && !this.mayBeRegex()) continue;
      shape.lastIndex = this.at;
      const found = shape.exec(this.text)?.[0];
      if (found === undefined) continue;
      this.tokens.push({ kind, text: kind === 'string' ? found.slice(1, -1) : found, line: this.line });
      this.advance(found.length);
      return;
    }
  }

  private mayBeRegex(): boolean {
    const before = this.tokens.findLast((token) => token.kind !== 'comment');
    if (before === undefined) return true;
    if (before.kind === 'word') return beforeRegex.has(before.text);
    // `</p>` closes an element; after a bracket, a slash divides.
    return before.kind === 'mark' && !['<', ')', ']', '}'].includes(before.text);
  }

  private template(): void {
    const place = this.tokens.length;
    const { line } = this;
    let text = '';
    this.advance(1);
    while (this.at < this.text.length && this.text.charAt(this.at) !== '`') {
      if (this.text.startsWith('${', this.at)) {
        text += '${}';
        this.advance(2);
        this.read(true);
        this.advance(1);
      } else {
        const length = this.text.charAt(this.at) === '\\' ? 2 : 1;
        text += this.text.slice(this.at, this.at + length);
        this.advance(length);
      }
    }
    this.advance(1);
    this.tokens.splice(place, 0, { kind: 'template', text, line });
  }

  private advance(length: number): void {
    for (const character of this.text.slice(this.at, this.at + length)) if (character === '\n') this.line += 1;
    this.at += length;
  }
}

/** What stands at a place; nothing before the beginning and behind the end. */
export function textAt(tokens: readonly { readonly text: string }[], at: number): string {
  return tokens[at]?.text ?? '';
}

/** Where a file imports from: static, type-only, re-exported, dynamic, `typeof import()`, `require`. */
export function importsOf(text: string): readonly Import[] {
  const tokens = codeOf(text);
  return tokens.flatMap(({ kind, text: word, line }, at) => {
    if (kind !== 'word' || textAt(tokens, at - 1) === '.') return [];
    const calls = textAt(tokens, at + 1) === '(';
    if (word === 'require' || (word === 'import' && calls))
      return calls ? [{ from: argumentAt(tokens, at + 2), line }] : [];
    return word === 'import' || word === 'export' ? clauseFrom(tokens, at) : [];
  });
}

function argumentAt(tokens: readonly Token[], at: number): string | null {
  const { kind, text } = tokens[at] ?? { kind: 'mark', text: '' };
  return kind === 'string' || (kind === 'template' && !text.includes('${}')) ? text : null;
}

/** `import '…'`, `import type { A, B as C } from '…'`, `export * from '…'`: everything before `from` is names. */
function clauseFrom(tokens: readonly Token[], at: number): readonly Import[] {
  const end = tokens.findIndex(
    ({ kind, text }, place) => place > at && kind !== 'word' && !['{', '}', ',', '*'].includes(text),
  );
  const target = tokens[end];
  const leads = ['from', 'import'].includes(textAt(tokens, end - 1));
  return target?.kind === 'string' && leads ? [{ from: target.text, line: target.line }] : [];
}
