/** What the simulated carrier sends back; `body` goes out as JSON, null goes out as nothing. */
export type Answer = {
  readonly status: number;
  readonly body: unknown;
  /** Where it is set, `body` is a text of this type and goes out as it is. */
  readonly type?: 'application/xml' | 'text/html; charset=utf-8';
  readonly retryAfterSeconds?: number;
};

/** The carrier's error body. */
function problem(status: number, title: string, detail: string, more: object = {}): Answer {
  return { status, body: { status, title, detail, ...more } };
}

export const badRequest = (detail: string) => problem(400, 'Bad Request', detail);

export const unauthorized = problem(401, 'Unauthorized', 'Unauthorized for given resource.');

export const notSubscribed = problem(403, 'Forbidden', 'This API key has no access to the push API.');

export const noSuchResource = problem(404, 'Not Found', 'The requested resource does not exist.');

export const noSuchParcel = (number: string) =>
  problem(404, 'No result found', 'No shipment with given tracking number found.', {
    instance: `/shipment/${encodeURIComponent(number)}`,
  });

export const tooMany = (retryAfterSeconds: number): Answer => ({
  ...problem(429, 'Too Many Requests', 'Too many requests within defined time period, please try again later.'),
  retryAfterSeconds,
});
