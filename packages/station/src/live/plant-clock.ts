import type { RecordTime } from '@fedbatch/records';

export type ClockMode = 'paced' | 'lockstep';

/** Longest time in ms that scans of one plant may hold the thread before others get their turn. */
const sliceMs = 25;
/** A plant that is further behind than this, ms, gives up what it missed; the ticks are counted as late. */
const longestDebtMs = 2000;
/** Two scans closer together than this, ms, are shown as one. */
const shownMs = 4;

/**
 * The clock of a live plant. Paced: a scan falls due every so many ms of the wall clock, as the speed has it. Lockstep: only a step makes scans.
 * Ticks that came more than one period late are counted.
 */
export class PlantClock {
  readonly mode: ClockMode;
  readonly #scanMs: number;
  readonly #scan: (show: boolean) => 'goes on' | 'ended';
  #speed: number;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the next scan is due, by the monotonic clock, ms. */
  #dueMs = 0;
  #late = 0;
  readonly #timeListeners = new Set<(seconds: number) => void>();

  constructor(mode: ClockMode, speed: number, scanMs: number, scan: (show: boolean) => 'goes on' | 'ended') {
    this.mode = mode;
    this.#speed = speed;
    this.#scanMs = scanMs;
    this.#scan = scan;
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    if (this.#running) this.run();
  }

  get isRunning(): boolean {
    return this.#running;
  }

  get late(): number {
    return this.#late;
  }

  /** The time of a record that is made now; in lockstep only the plant's own, so that a second run leaves the same bytes. */
  recordTime(sim: number): RecordTime {
    if (this.mode === 'lockstep') return { wall: null, mono: null, sim, clockSource: 'simulated', syncState: 'none' };
    const wall = new Date().toISOString();
    return { wall, mono: Math.round(performance.now()), sim, clockSource: 'system', syncState: 'unknown' };
  }

  /** Calls back with the time that each scan of a paced plant took, s; returns what ends it. */
  onScanTime(listener: (seconds: number) => void): () => void {
    this.#timeListeners.add(listener);
    return () => void this.#timeListeners.delete(listener);
  }

  run(): void {
    if (this.mode === 'lockstep') return;
    this.pause();
    this.#running = true;
    this.#dueMs = performance.now() + this.#periodMs;
    this.#arm();
  }

  pause(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  get #periodMs(): number {
    return this.#scanMs / this.#speed;
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#dueMs - performance.now()));
  }

  #tick(): void {
    const begun = performance.now();
    const period = this.#periodMs;
    while (this.#running && this.#dueMs <= performance.now()) {
      const behind = performance.now() - this.#dueMs;
      if (behind > Math.max(period, shownMs)) this.#late++;
      this.#dueMs += period;
      const isLast = this.#dueMs > performance.now();
      const before = performance.now();
      const says = this.#scan(period >= shownMs || isLast);
      for (const listener of this.#timeListeners) listener((performance.now() - before) / 1000);
      if (says === 'ended') return this.pause();
      if (performance.now() - begun > sliceMs) break;
    }
    const debt = performance.now() - this.#dueMs;
    if (debt > longestDebtMs) {
      this.#late += Math.floor(debt / period);
      this.#dueMs = performance.now();
    }
    if (this.#running) this.#arm();
  }
}
