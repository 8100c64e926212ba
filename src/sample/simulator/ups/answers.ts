import type { Answer } from '../answers.ts';

/** UPS's error body. */
function refusal(status: number, code: string, message: string, more: object = {}): Answer {
  return { status, body: { ...more, response: { errors: [{ code, message }] } } };
}

export const badRequest = (code: string, message: string, more: object = {}) => refusal(400, code, message, more);

export const badClient = refusal(401, '10401', 'ClientId is Invalid');

export const noToken = refusal(401, '250002', 'Invalid Authentication Information.');

export const noSuchResource = refusal(404, '404', 'The requested resource was not found.');

export const noSuchNumber = refusal(404, 'TW0001', 'Tracking Information Not Found');

export const unavailable = refusal(500, 'VSS100', 'The system is temporarily unavailable. Please try again later.');

export const tooMany = (retryAfterSeconds: number): Answer => ({
  ...refusal(429, '10429', 'Too Many Requests'),
  retryAfterSeconds,
});
