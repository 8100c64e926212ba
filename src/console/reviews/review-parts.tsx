import type { VNode } from 'preact';
import { sayReason } from '#reviews';
import { Fact, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import type { ReviewRow } from './reviews-view.ts';

const tones = { waiting: 'warn', published: 'good', withheld: 'quiet' } as const;
const starsMax = 5;

/** Stars to be seen and to be heard. */
export function Stars(props: { readonly stars: number; readonly say: Say }): VNode {
  const { stars, say } = props;
  return (
    <span class="stars">
      <span aria-hidden="true">
        {'★'.repeat(stars)}
        <span class="soft">{'☆'.repeat(starsMax - stars)}</span>
      </span>
      <span class="unseen">{say('reviews.stars', { stars })}</span>
    </span>
  );
}

/** How it stands, and why. */
export function Standing(props: { readonly row: ReviewRow; readonly language: string; readonly say: Say }): VNode {
  const { row, language, say } = props;
  return (
    <span class="state whole-tags">
      <Tag tone={tones[row.state]} text={say(`reviews.state.${row.state}`)} />
      {row.reason === null ? null : <span>{sayReason(language, row.reason)}</span>}
      {row.isShownOlder ? <Tag tone="warn" text={say('reviews.older')} /> : null}
    </span>
  );
}

/** What its author wrote, in their language and direction. */
export function Written(props: { readonly row: ReviewRow; readonly say: Say }): VNode {
  const { content, id } = props.row;
  return (
    <div class="said" lang={content.language} dir="auto">
      {content.title === '' ? null : (
        <p>
          <b>{content.title}</b>
        </p>
      )}
      {content.text === '' ? (
        <p class="soft">{props.say('reviews.no_text')}</p>
      ) : (
        content.text.split('\n\n').map((paragraph) => <p key={paragraph}>{paragraph}</p>)
      )}
      {content.pictures.length === 0 ? null : (
        <p>
          {content.pictures.map((hash, at) => (
            <a key={hash} href={consolePaths.reviewPicture(id, hash)}>
              <img
                src={consolePaths.reviewPicture(id, hash)}
                alt={props.say('reviews.picture', { place: at + 1 })}
                height={160}
                loading="lazy"
              />
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

export function Facts(props: { readonly row: ReviewRow; readonly language: string; readonly say: Say }): VNode {
  const { row, language, say } = props;
  const { content } = row;
  return (
    <dl class="facts">
      <Fact label={say('reviews.standing')}>
        <Standing row={row} language={language} say={say} />
      </Fact>
      <Fact label={say('reviews.shop')}>
        <Stars stars={content.shop} say={say} />
      </Fact>
      {content.delivery === null ? null : (
        <Fact label={say('reviews.delivery')}>
          <Stars stars={content.delivery} say={say} />
        </Fact>
      )}
      {content.products.map(({ name, sku, stars }) => (
        <Fact key={`${sku} ${name}`} label={say('reviews.product')}>
          <bdi>{name}</bdi> <Stars stars={stars} say={say} />
        </Fact>
      ))}
      <Fact label={say('reviews.by')}>
        <bdi>{content.by === '' ? say('reviews.by.verified') : content.by}</bdi>
      </Fact>
      <Fact label={say('reviews.written')}>
        <When moment={row.written} exact />
      </Fact>
      {row.publishes === null ? null : (
        <Fact label={say('reviews.publishes')}>
          <When moment={row.publishes} exact />
        </Fact>
      )}
    </dl>
  );
}
