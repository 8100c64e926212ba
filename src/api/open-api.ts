import { z } from 'zod';
import { createDocument, type oas31, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { answer, anyone, type Http } from '#kit/http';
import type { Operation } from './operations.ts';

const descriptionPath = '/v1/openapi.json';

const about = `Orders and scans in, parcels out.

A field that is \`null\` counts as left out; a field that is not listed is refused by name. Sending the same again changes
nothing. An answer of 2xx comes after the commit. Keys come from the console or from \`glasspost key create\`; a key belongs to
one shop.`;

const problem = z
  .object({
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
    instance: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'What is wrong (RFC 9457). `errors` has a JSON pointer for every wrong field.' });

const refusals = {
  400: 'The body cannot be read',
  401: 'No key, one that was revoked, or one without the scope',
  404: 'There is no such thing in the shop of the key',
  409: 'It changed in the same moment; send it again',
  413: 'The body is too large',
  415: 'The body is not JSON in UTF-8',
  422: 'Fields are not as needed',
  429: 'Too many calls; go on after `Retry-After` seconds',
  503: 'Nothing was changed; try again after `Retry-After` seconds',
};
type Refused = keyof typeof refusals;

/** The description of the API (OpenAPI 3.1), made from the same rows that its routes are made from. */
function openApi(operations: readonly Operation[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Glasspost', version: '1', description: about },
    servers: [{ url: '/' }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'gp_…' } } },
    security: [{ key: [] }],
    paths: { ...paths, ...pathsWithoutKey },
  });
}

function described(operation: Operation): object {
  const { name, summary, scope, path, input, output, alsoAs, example } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return {
    operationId: name,
    summary,
    description: `Needs a key with the scope \`${scope}\`.`,
    parameters: names.map((of) => textIn(of, example.params[of])),
    ...(input === null
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: input, example: example.input } } },
        }),
    ...(operation.bytes === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [operation.bytes]: { schema: { type: 'string', format: 'binary' } } },
          },
        }),
    responses: {
      200: {
        description: 'Done',
        content: {
          'application/json': { schema: output, example: example.output },
          ...(alsoAs === undefined ? {} : { [alsoAs]: { schema: { type: 'string' } } }),
        },
      },
      ...(alsoAs === undefined ? {} : { 304: { description: 'It is what `If-None-Match` names' } }),
      ...refusedWith(refusedBy(operation)),
    },
  };
}

function textIn(name: string, example?: string): oas31.ParameterObject {
  const parameter = { name, in: 'path', required: true, schema: { type: 'string' } } as const;
  return example === undefined ? parameter : { ...parameter, example };
}

function refusedBy({ method, path, input, bytes }: Operation): readonly Refused[] {
  return [
    ...(bytes === undefined ? [] : ([413] as const)),
    ...(input === null ? [] : ([400, 413, 415, 422] as const)),
    ...(method === 'GET' && path.includes('{') ? ([404] as const) : []),
    ...(method === 'PUT' ? ([409] as const) : []),
    401,
    429,
    503,
  ];
}

function refusedWith(statuses: readonly Refused[]): object {
  const content = { 'application/problem+json': { schema: problem } };
  return Object.fromEntries(statuses.map((status) => [status, { description: refusals[status], content }]));
}

const tokenAsked = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});
const tokenGranted = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int() });
const tokenRefused = z.object({ error: z.string(), error_description: z.string() });

function pushed(operationId: string, names: readonly string[], proof: string): ZodOpenApiOperationObject {
  return {
    operationId,
    summary: 'What a carrier pushes: the address that `carrier connect` prints',
    description: `In the carrier\u2019s own form, ${proof}. The same push again changes nothing.`,
    security: [],
    parameters: names.map((name) => textIn(name)),
    requestBody: { required: true, content: { 'application/json': { schema: z.unknown() } } },
    responses: {
      200: {
        description: 'Committed',
        content: {
          'application/json': { schema: z.object({ accepted: z.int().min(0), duplicates: z.int().min(0) }) },
          'text/plain': { schema: z.string().meta({ description: 'The answer to a handshake' }) },
        },
      },
      ...refusedWith([400, 401, 413, 429, 503]),
    },
  };
}

/** What anybody may call: carriers prove themselves by their own token, the description is public. */
const pathsWithoutKey: ZodOpenApiPathsObject = {
  '/v1/carriers/{carrier}/push/{account}': {
    post: pushed('takePush', ['carrier', 'account'], 'with the token that was agreed with it'),
  },
  '/v1/carriers/{carrier}/push/{account}/{secret}': {
    post: pushed('takeUnsignedPush', ['carrier', 'account', 'secret'], 'of a carrier that signs nothing'),
  },
  '/v1/carriers/{carrier}/push/{account}/token': {
    post: {
      operationId: 'grantPushToken',
      summary: 'A token for a carrier that has to show one with its pushes',
      description:
        'OAuth 2.0 client credentials (RFC 6749), the client by HTTP Basic or in the form. Refusals are those of RFC 6749, section 5.2.',
      security: [],
      parameters: [textIn('carrier'), textIn('account')],
      requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: tokenAsked } } },
      responses: {
        200: { description: 'Granted', content: { 'application/json': { schema: tokenGranted } } },
        400: { description: refusals[400], content: { 'application/json': { schema: tokenRefused } } },
        401: { description: 'No such client', content: { 'application/json': { schema: tokenRefused } } },
        ...refusedWith([413, 503]),
      },
    },
  },
  [descriptionPath]: {
    get: {
      operationId: 'getDescription',
      summary: 'This description',
      security: [],
      responses: {
        200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.looseObject({}) } } },
      },
    },
  },
};

/** Anybody may read what the API can do. */
export function mountDescription(http: Http, operations: readonly Operation[]): void {
  const document = openApi(operations);
  http.route({
    method: 'GET',
    path: descriptionPath,
    audience: 'machines',
    takes: 'nothing',
    admit: anyone,
    handle: () => answer.json(document),
  });
}
