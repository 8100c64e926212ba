import { z } from 'zod';
import { articleLanguages, topics } from '#faq';

const count = z.int();

const edition = z.object({
  language: z.enum(articleLanguages),
  title: z.string(),
  state: z
    .enum(['delivered', 'own', 'draft', 'changes'])
    .meta({ description: '`draft`: nobody reads it; `changes`: a newer text than the one that is read waits' }),
  by: z.enum(['program', 'shop']).nullable().meta({ description: 'Whose text is read' }),
  revision: z
    .int()
    .meta({ description: 'The newest that the shop saved, 0 where it saved none: what `after` must name' }),
  published_revision: z.int().nullable(),
  saved_at: z.iso.datetime().nullable(),
  delivered_changed: z
    .boolean()
    .meta({ description: 'The program delivers another text than the one that the shop’s own was made from' }),
  views: count.meta({ description: 'Of the last 90 days, like the next two' }),
  helped: count,
  not_helped: count,
});

export const article = z.object({
  slug: z.string(),
  topic: z.enum(topics),
  position: z.int(),
  hidden: z.boolean(),
  delivered: z.boolean().meta({ description: 'Comes with the program' }),
  missing: z.array(z.enum(articleLanguages)).meta({ description: 'Languages that nobody can read it in' }),
  languages: z.array(edition),
});

export const texts = z.array(
  z.object({
    language: z.enum(articleLanguages),
    shown: z.string().nullable().meta({ description: 'What customers read' }),
    saved: z.string().nullable().meta({ description: 'The newest that the shop saved' }),
    delivered: z.string().nullable(),
  }),
);

export const found = z.object({
  slug: z.string(),
  language: z.enum(articleLanguages),
  title: z.string(),
  summary: z.string(),
  topic: z.enum(topics),
  fits: z.boolean(),
});

export const exampleArticle = {
  slug: 'where-is-my-parcel',
  topic: 'parcel' as const,
  position: 10,
  hidden: false,
  delivered: true,
  missing: [],
  languages: [
    {
      language: 'en' as const,
      title: 'Where is my parcel?',
      state: 'delivered' as const,
      by: 'program' as const,
      revision: 0,
      published_revision: null,
      saved_at: null,
      delivered_changed: false,
      views: 120,
      helped: 31,
      not_helped: 4,
    },
  ],
};

export const exampleSource =
  'title: How do I water it?\nsummary: Once a week is enough.\ntopic: order\n---\nOnce a week is enough.\n';

export const exampleFile = {
  format: 'glasspost-articles' as const,
  version: 1 as const,
  articles: [
    {
      slug: 'watering',
      language: 'en' as const,
      source: exampleSource,
      published: true,
      position: 500,
      hidden: false,
      delivered: false,
    },
  ],
};
