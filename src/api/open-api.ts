import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { answer, anyone, type Http } from '#kit/http';
import type { Operation } from './operations.ts';

/** The description of the API (OpenAPI 3.1), made from the same rows that its routes are made from. */
export function openApi(operations: readonly Operation[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Glasspost', version: '1', description: 'Orders and scans in, parcels out.' },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'gp_…' } } },
    security: [{ key: [] }],
    paths,
  });
}

function described(operation: Operation): object {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return {
    operationId: operation.name,
    summary: operation.summary,
    description: `Needs a key with the scope \`${operation.scope}\`.`,
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(operation.input === null
      ? {}
      : { requestBody: { content: { 'application/json': { schema: operation.input } } } }),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: operation.output } } },
      default: { description: 'What is wrong (RFC 9457)', content: { 'application/problem+json': {} } },
    },
  };
}

/** Anybody may read what the API can do. */
export function mountDescription(http: Http, operations: readonly Operation[]): void {
  const document = openApi(operations);
  http.route({
    method: 'GET',
    path: '/v1/openapi.json',
    audience: 'machines',
    takes: 'nothing',
    admit: anyone,
    handle: () => answer.json(document),
  });
}
