import assert from 'node:assert/strict';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Block, MailContent } from './content.ts';
import { Card, Document, Footer, Masthead } from './frame.tsx';
import { lookOf, type Look, type MailTheme } from './look.ts';
import { Attention, Button, Facts, Heading, List, Paragraph, Progress, Rule, SmallPrint, Title } from './parts.tsx';

/** The mail as HTML, in the shop's face. */
export function renderHtml(content: MailContent, theme: MailTheme): string {
  const look = lookOf(theme, content.language);
  const { language, heading, preheader, blocks, footer } = content;
  return `<!doctype html>${renderToString(
    <Document look={look} language={language} title={heading} preheader={preheader}>
      <Masthead look={look} />
      <Card look={look}>
        <Title look={look} text={heading} />
        {blocks.map((block) => drawn(block, look))}
      </Card>
      <Footer>
        {footer.map((said) => (
          <SmallPrint key={said.text} look={look} said={said} />
        ))}
      </Footer>
    </Document>,
  )}`;
}

function drawn(block: Block, look: Look): VNode {
  switch (block.kind) {
    case 'paragraph':
      return block.tone === 'attention' ? (
        <Attention look={look} text={block.text} />
      ) : (
        <Paragraph look={look} text={block.text} muted={block.tone === 'muted'} />
      );
    case 'heading':
      return <Heading look={look} text={block.text} />;
    case 'button':
      return <Button look={look} label={block.label} url={block.url} />;
    case 'facts':
      return <Facts look={look} rows={block.rows} />;
    case 'list':
      return <List look={look} items={block.items} />;
    case 'progress':
      assert(block.steps.length >= 2 && block.steps.length <= 6, 'a progress bar has 2 to 6 steps');
      return <Progress look={look} summary={block.summary} steps={block.steps} />;
    case 'rule':
      return <Rule look={look} />;
  }
}
