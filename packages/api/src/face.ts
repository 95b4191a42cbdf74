import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type Station, versions } from '@fedbatch/station';
import fastify, { type FastifyInstance } from 'fastify';
import { EventStreams } from './event-stream.ts';
import { answerFailures, answerFrameworkError } from './failures.ts';
import { knowPersons } from './identity.ts';
import { Metrics } from './metrics.ts';
import { openApi } from './open-api.ts';
import { nameRequests, requestId } from './request-log.ts';
import { documentProblems } from './responses.ts';
import { access } from './routes/access.ts';
import { jobs } from './routes/jobs.ts';
import { library } from './routes/library.ts';
import { operations } from './routes/operations.ts';
import { plantControl } from './routes/plant-control.ts';
import { plantStream } from './routes/plant-stream.ts';
import { plantViews } from './routes/plant-views.ts';
import { plants } from './routes/plants.ts';
import { runs } from './routes/runs.ts';
import { samples } from './routes/samples.ts';
import { studies } from './routes/studies.ts';
import { checkForms } from './validation.ts';

export interface ApiOptions {
  readonly port: number;
  /** Address to listen on; 127.0.0.1 unless somebody wants more. */
  readonly host: string;
  /** Opens reading without a token, on loopback only. */
  readonly lab: 'locked' | 'open';
  /** Files of a certificate and its key, PEM; without them the server speaks plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Where log lines go as JSON; default nowhere. */
  readonly log?: (line: string) => void;
  /** From one address; default 12,000. */
  readonly requestsPerMinute?: number;
  /** Readers of server-sent events at a time; default 200. */
  readonly readers?: number;
}

/** Drafts have 256 KB at most, and JSON makes them longer. */
const bodyLimit = 768 * 1024;
const requestTimeoutMs = 30_000;
const keepAliveMs = 65_000;
/** Answers are data: no browser is to run or load anything on their account. The pages among them say what they need. */
const policy = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/** The reference page loads what lies beside it, and nothing else. */
const pagePolicy = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
};

/** The station over HTTP. */
export class ApiFace {
  readonly app: FastifyInstance;
  readonly #streams: EventStreams;

  private constructor(app: FastifyInstance, streams: EventStreams) {
    this.app = app;
    this.#streams = streams;
  }

  /** Builds all routes; listens on nothing yet. */
  static async build(station: Station, options: ApiOptions): Promise<ApiFace> {
    const { tls, log } = options;
    const streams = new EventStreams(options.readers ?? 200);
    const app = fastify({
      ...(tls && { https: { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), minVersion: 'TLSv1.2' } }),
      logger: log ? { level: 'info', stream: { write: log }, redact: ['req.headers.authorization'] } : false,
      genReqId: requestId,
      bodyLimit,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      forceCloseConnections: true,
      frameworkErrors: answerFrameworkError,
      routerOptions: { maxParamLength: 300 },
    } as object).withTypeProvider<TypeBoxTypeProvider>() as unknown as FastifyInstance;
    // Bodies are JSON; the framework would take plain text too.
    app.removeContentTypeParser('text/plain');
    nameRequests(app);
    const metrics = new Metrics(station, streams);
    metrics.follow(app);
    checkForms(app);
    answerFailures(app);
    documentProblems(app);
    await app.register(helmet, { hsts: tls !== undefined, contentSecurityPolicy: policy });
    await app.register(rateLimit, { max: options.requestsPerMinute ?? 12_000, timeWindow: '1 minute' });
    await app.register(swagger, openApi(versions().fedbatch!));
    knowPersons(app, station, options.lab);
    await app.register(async (open) => {
      open.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'anyone' };
      });
      await open.register(swaggerUi, { routePrefix: '/docs', staticCSP: pagePolicy });
    });
    app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, async () => app.swagger());
    const shared = { station, streams };
    await app.register(operations, { station, metrics });
    const v1 = { prefix: '/v1', ...shared };
    await app.register(access, v1);
    await app.register(library, v1);
    await app.register(runs, v1);
    await app.register(jobs, { ...v1, at: 'runs' });
    await app.register(samples, v1);
    await app.register(studies, v1);
    await app.register(jobs, { ...v1, at: 'studies' });
    await app.register(plants, v1);
    await app.register(plantViews, v1);
    await app.register(plantControl, v1);
    await app.register(plantStream, v1);
    await app.ready();
    return new ApiFace(app, streams);
  }

  /** Builds all routes and listens. */
  static async start(station: Station, options: ApiOptions): Promise<ApiFace> {
    const face = await ApiFace.build(station, options);
    station.desk.warm();
    await face.app.listen({ port: options.port, host: options.host });
    return face;
  }

  get address(): string {
    const { address, port, family } = this.app.server.address() as AddressInfo;
    const scheme = this.app.initialConfig.https ? 'https' : 'http';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Lets requests that are under way end, and readers go. */
  async stop(): Promise<void> {
    this.#streams.close();
    await this.app.close();
  }
}
