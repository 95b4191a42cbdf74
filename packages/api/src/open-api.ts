import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

const tags = [
  { name: 'access', description: 'who somebody is, tokens, users, the journal of the station' },
  { name: 'library', description: 'organisms, vessels, scenarios, studies' },
  { name: 'runs', description: 'one scenario, as fast as it goes' },
  { name: 'studies', description: 'many runs as one job: ensembles and comparisons' },
  { name: 'plants', description: 'plants that run now' },
  { name: 'operations', description: 'for whoever keeps it running' },
];

/** The frame of the document; routes fill it from the schemas that check requests. */
export function openApi(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fedbatch',
        version,
        description:
          'A virtual bioreactor: scenarios, runs, studies and live plants. Errors are problem details (RFC 9457) with the code, place and remedy that the command line prints.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'fb_...' } } },
      security: [{ token: [] }],
    },
  } as FastifyDynamicSwaggerOptions;
}
