import { checkedUrl, type Block, type FooterLine, type MailContent, type StepState } from './content.ts';

const lineLength = 72;

const marks: Readonly<Record<StepState, string>> = { done: '[x]', current: '[>]', todo: '[ ]', problem: '[!]' };

/** The mail as plain text: the same words in the same order, every address in full on a line of its own. */
export function renderText(content: MailContent): string {
  const heading = wrapped(content.heading);
  const longest = Math.max(...heading.split('\n').map((line) => line.length));
  const parts = [`${heading}\n${'='.repeat(Math.min(longest, lineLength))}`, ...content.blocks.map(written)];
  // `-- ` and nothing else on a line: below it mail programs show small print.
  if (content.footer.length > 0) parts.push(`-- \n${content.footer.map(footerLine).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

function written(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return wrapped(block.text, block.tone === 'attention' ? '[!] ' : '');
    case 'heading':
      return `${wrapped(block.text)}\n${'-'.repeat(Math.min(block.text.length, lineLength))}`;
    case 'button':
      return `${block.label}:\n${checkedUrl(block.url)}`;
    case 'facts':
      return block.rows.map(({ label, value, url }) => withUrl(wrapped(`${label}: ${value}`), url)).join('\n');
    case 'list':
      return block.items.map((item) => wrapped(item, '* ')).join('\n');
    case 'progress':
      return [wrapped(block.summary), ...block.steps.map(({ label, state }) => `${marks[state]} ${label}`)].join('\n');
    case 'rule':
      return '* * *';
  }
}

function footerLine({ text, link }: FooterLine): string {
  return link === undefined ? wrapped(text) : withUrl(wrapped(`${text} ${link.label}`.trim()), link.url);
}

function withUrl(text: string, url: string | undefined): string {
  return url === undefined ? text : `${text}\n${checkedUrl(url)}`;
}

/** Breaks between words; a word that is longer than a line stays whole. `first` leads in, the rest is set below it. */
function wrapped(text: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? first : indent;
    let empty = true;
    for (const word of paragraph.split(' ')) {
      if (!empty && line.length + 1 + word.length > lineLength) {
        lines.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line.trimEnd());
  }
  return lines.join('\n');
}
