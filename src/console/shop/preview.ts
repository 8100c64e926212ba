import { renderHtml } from '#kit/mail-html';
import { createWords } from '#kit/words';
import { logoPathOf, type Shop } from '#orders';
import type { ConsoleNeeds } from '../needs.ts';
import { consoleTexts, type ConsoleWord } from '../words.ts';

/** A frame may do nothing but look: its styles are its own, its picture is ours. */
export const previewPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ');

const words = createWords(consoleTexts);

/** The head of a customer's page or of a mail, in light or dark, whatever the browser prefers. */
export function previewDocument(
  needs: Pick<ConsoleNeeds, 'headPreview' | 'publicUrl'>,
  given: { readonly shop: Shop; readonly part: string },
): string {
  const scheme = given.part.endsWith('.dark') ? 'dark' : 'light';
  if (!given.part.startsWith('mail.')) return needs.headPreview(given.shop, scheme);
  const html = mailPreview(given.shop, needs.publicUrl);
  return html.replaceAll('(prefers-color-scheme:dark)', scheme === 'dark' ? '(min-width:0)' : '(max-width:0)');
}

function mailPreview({ name, language, face }: Shop, publicUrl: string): string {
  const say = (key: ConsoleWord): string => words.say(language, key);
  // Mails name it by the whole address; a frame of our own is shown the same picture by its path.
  const isDrawn = face.logoUrl !== null && /^https?:/.test(face.logoUrl);
  return renderHtml(
    {
      language,
      preheader: say('preview.text'),
      heading: say('preview.heading'),
      blocks: [
        { kind: 'paragraph', text: say('preview.text') },
        { kind: 'button', label: say('preview.button'), url: publicUrl },
      ],
      footer: [{ text: `${face.sender.name} <${face.sender.address}>` }],
    },
    {
      brand: face.brand,
      onBrand: face.onBrand,
      ink: '#1d2529',
      paper: '#ffffff',
      muted: '#5a6870',
      shopName: name,
      logoUrl: isDrawn ? logoPathOf(face) : null,
    },
  );
}
