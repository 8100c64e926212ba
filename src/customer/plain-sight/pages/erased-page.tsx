import type { Shop } from '#orders';
import type { PageNeeds } from '../../tracking-page.tsx';
import { dataFrame, inLanguage } from './frame.tsx';

export type ErasedView = {
  readonly shop: Shop;
  readonly language: string;
  readonly path: string;
  readonly receipt: string;
  /** False for the moment until the entry has its place in the ledger. */
  readonly hasProof: boolean;
};

/** What a link says for a day after everything behind it was erased. */
export function erasedPage(view: ErasedView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, path, receipt, hasProof } = view;
  const title = say('data.erased.title');
  return dataFrame(
    { shop, language, title, path, scripts: [] },
    needs,
    <div class="intro">
      <h1>{title}</h1>
      <p>{say('data.erased.text', { shop: shop.name })}</p>
      <h2>{say('data.erased.receipt')}</h2>
      <p>{say('data.erased.receipt.text')}</p>
      {hasProof ? null : <p class="soft">{say('data.erased.placing')}</p>}
      <p>
        <a class="button" href={inLanguage(`${path}/receipt`, language)} download>
          {say('data.erased.save')}
        </a>
      </p>
      <pre dir="ltr">{receipt}</pre>
    </div>,
  );
}
