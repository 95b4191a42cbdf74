import type { LivePlant, Station } from '@fedbatch/station';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStreams } from './event-stream.ts';

/** Seconds: a scan takes microseconds, a request milliseconds. */
const scanBuckets = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1];
const requestBuckets = [1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5];

/** What Prometheus asks for. Gauges are read when it asks. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #scans: Histogram;
  readonly #stops: (() => void)[] = [];
  readonly #watched = new Map<LivePlant, () => void>();

  constructor(station: Station, streams: EventStreams) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'fedbatch_http_request_seconds',
      help: 'Time from a request to its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: requestBuckets,
      registers,
    });
    this.#scans = new Histogram({
      name: 'fedbatch_plant_scan_seconds',
      help: 'Time that one scan of a plant takes, with its record',
      labelNames: ['plant'],
      buckets: scanBuckets,
      registers,
    });
    const perPlant = (
      Kind: typeof Gauge | typeof Counter,
      name: string,
      help: string,
      read: (plant: LivePlant) => number,
    ): void => {
      new Kind({
        name,
        help,
        labelNames: ['plant'],
        registers,
        collect() {
          this.reset();
          for (const plant of station.plants.values()) this.inc({ plant: plant.name }, read(plant));
        },
      });
    };
    perPlant(Gauge, 'fedbatch_plant_time_seconds', 'Time of the plant', ({ live }) => 3600 * live.timeH);
    perPlant(
      Gauge,
      'fedbatch_plant_speed',
      'Plant seconds for each second of the wall clock, 0 where it rests',
      ({ clock }) => (clock.isRunning ? clock.speed : 0),
    );
    perPlant(
      Counter,
      'fedbatch_plant_late_scans_total',
      'Scans that came more than one period late since the start',
      ({ clock }) => clock.late,
    );
    perPlant(
      Counter,
      'fedbatch_plant_journal_records_total',
      'Records in the journal',
      ({ journalSize }) => journalSize,
    );
    const one = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    };
    one('fedbatch_jobs_waiting', 'Jobs in the queue', () => station.jobs.waiting);
    one('fedbatch_jobs_working', 'Jobs that are worked on', () => station.jobs.working);
    one('fedbatch_jobs_queue_limit', 'Jobs that may wait', () => station.jobs.queueLimit);
    one('fedbatch_ready', 'Whether the station takes work: 1 or 0', () => (station.whyNotReady() ? 0 : 1));
    one('fedbatch_stream_readers', 'Readers of server-sent events', () => streams.size);
    new Gauge({
      name: 'fedbatch_sessions',
      help: 'Sessions that a face holds open',
      labelNames: ['face'],
      registers,
      collect() {
        this.reset();
        for (const [face, count] of station.sessions) this.set({ face }, count());
      },
    });
    const ended = new Counter({
      name: 'fedbatch_jobs_ended_total',
      help: 'Jobs that have ended since the start',
      labelNames: ['kind', 'status'],
      registers,
    });
    this.#stops.push(
      station.jobs.onEnd(({ request, status }) => ended.inc({ kind: request.kind, status })),
      station.onPlant((plant, what) => (what === 'added' ? this.#watch(plant) : this.#leave(plant))),
    );
    for (const plant of station.plants.values()) this.#watch(plant);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Times every answer of the server, on all routes, and ends with it. */
  follow(app: FastifyInstance): void {
    app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) =>
      this.#requests.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1000),
    );
    app.addHook('onClose', async () => this.#close());
  }

  #close(): void {
    for (const stop of this.#stops) stop();
    for (const plant of [...this.#watched.keys()]) this.#leave(plant);
    this.#registry.clear();
  }

  #watch(plant: LivePlant): void {
    const scans = this.#scans.labels({ plant: plant.name });
    this.#watched.set(
      plant,
      plant.clock.onScanTime((seconds) => scans.observe(seconds)),
    );
  }

  #leave(plant: LivePlant): void {
    this.#watched.get(plant)?.();
    this.#watched.delete(plant);
    this.#scans.remove({ plant: plant.name });
  }
}
