/** What faults do to a sensor, or a spectrometer, at this moment: nothing where `isAny` is false. */
export class SensorEffects {
  isAny = false;
  bias = 0;
  factor = 1;
  noise = 1;
  spike = 0;
  delayH = 0;
  frozen = false;
  failed = false;
  lost = false;

  clear(): void {
    this.isAny = false;
    this.bias = 0;
    this.factor = 1;
    this.noise = 1;
    this.spike = 0;
    this.delayH = 0;
    this.frozen = false;
    this.failed = false;
    this.lost = false;
  }
}
