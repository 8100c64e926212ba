import type { Client } from 'pg';
import { sqlTextsOf } from '../house/sql.ts';

const prepares = /^\s*(?:select|insert|update|delete|merge|with|values)\b/i;

/** Known to pg, not to its types. */
const extended = { queryMode: 'extended' };

/** What the database says against a statement, null when nothing. What cannot be prepared is run and undone. */
export async function preparable(client: Client, text: string): Promise<string | null> {
  await client.query('begin');
  try {
    // The extended protocol refuses two commands in one text, as it will when the product runs.
    await client.query({ text: prepares.test(text) ? `prepare judged as ${text}` : text, ...extended });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
  }
}

/** SQL in a store's source that is none of its statements, as `line N: text`. */
export function hiddenIn(source: string, statements: readonly string[]): readonly string[] {
  return sqlTextsOf(source)
    .filter(({ text }) => !statements.some((statement) => patternOf(text).test(statement)))
    .map(({ text, line }) => `line ${line}: ${text.trim()}`);
}

/** The text as it will be when its `${…}` are filled. */
function patternOf(text: string): RegExp {
  return new RegExp(
    text
      .replaceAll('\\`', '`')
      .split('${}')
      .map((piece) => RegExp.escape(piece))
      .join('[^]*'),
  );
}
