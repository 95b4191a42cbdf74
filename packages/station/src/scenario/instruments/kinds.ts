/** What a kind of sensor is like where its file says nothing else; texts are read as quantities. */
export interface KindOfSensor {
  readonly says: string;
  readonly order?: number;
  readonly response?: string;
  readonly delay?: string;
  readonly range?: string;
  readonly resolution?: string;
  readonly interval?: string;
  readonly result?: string;
  readonly noise?: string;
  readonly relativeNoise?: string;
  readonly slowNoise?: string;
  readonly slowTime?: string;
  readonly drift?: string;
  readonly spanLoss?: string;
  readonly spanLossPerSterilisation?: string;
  readonly offsetPerSterilisation?: string;
  readonly slowing?: string;
  /** Value that a loss of span leaves alone. */
  readonly pivot?: number;
}

/**
 * Usual figures of laboratory and pilot instruments, from makers' data sheets and from McMillan and Considine 1999, Process/Industrial
 * Instruments and Controls Handbook; ageing of pH and oxygen probes after Doran 2013, Bioprocess Engineering Principles, ch. 10.
 */
export const sensorKinds: Readonly<Record<string, KindOfSensor>> = {
  pH: {
    says: 'glass electrode',
    response: '10 s',
    range: '0..14',
    resolution: '0.01 pH',
    noise: '0.005 pH',
    drift: '0.0004 pH/h',
    spanLossPerSterilisation: '0.5 %',
    offsetPerSterilisation: '0.01 pH',
    pivot: 7,
  },
  'DO polarographic': {
    says: 'polarographic oxygen probe',
    response: '30 s',
    range: '0..200 %',
    resolution: '0.1 %',
    noise: '0.2 %',
    spanLoss: '0.0002 1/h',
    slowing: '0.001 1/h',
  },
  'DO optical': {
    says: 'optical oxygen probe',
    response: '15 s',
    range: '0..300 %',
    resolution: '0.1 %',
    noise: '0.1 %',
    spanLoss: '0.0001 1/h',
  },
  temperature: { says: 'Pt100', response: '8 s', range: '-20..150 degC', resolution: '0.01 K', noise: '0.02 K' },
  pressure: {
    says: 'pressure transmitter',
    response: '0.5 s',
    range: '0..6 bar',
    resolution: '0.001 bar',
    noise: '0.002 bar',
  },
  level: { says: 'level probe', response: '2 s', range: '0..100 %', resolution: '0.1 %', noise: '0.2 %' },
  weight: { says: 'load cells', response: '1 s', relativeNoise: '0.02 %' },
  foam: { says: 'foam probe', response: '2 s', range: '0..100 %', resolution: '1 %' },
  flow: { says: 'flow meter', response: '1 s', relativeNoise: '0.5 %' },
  speed: { says: 'tachometer', response: '0.5 s', relativeNoise: '0.1 %' },
  'off-gas O2': {
    says: 'paramagnetic oxygen analyser',
    response: '15 s',
    delay: '40 s',
    range: '0..50 %',
    resolution: '0.01 %',
    noise: '0.01 %',
  },
  'off-gas CO2': {
    says: 'infrared carbon dioxide analyser',
    response: '10 s',
    delay: '40 s',
    range: '0..25 %',
    resolution: '0.01 %',
    noise: '0.01 %',
  },
  OD: { says: 'optical density probe', response: '5 s', relativeNoise: '2 %' },
  capacitance: {
    says: 'capacitance probe for viable biomass',
    response: '10 s',
    relativeNoise: '3 %',
    slowTime: '1800 s',
  },
  analyser: { says: 'at-line analyser', interval: '1800 s', result: '300 s', relativeNoise: '3 %' },
  assay: { says: 'manual assay', result: '7200 s', relativeNoise: '2 %' },
  'soft sensor': {
    says: 'model on a spectrum',
    interval: '600 s',
    result: '60 s',
    relativeNoise: '1 %',
    slowTime: '7200 s',
  },
  ideal: { says: 'ideal sensor' },
};

export interface KindOfActuator {
  readonly says: string;
  readonly response?: string;
  readonly error?: string;
  /** Of its range. */
  readonly step?: number;
  readonly stickband?: number;
  readonly slipJump?: number;
  readonly deadBand?: number;
}

export const actuatorKinds: Readonly<Record<string, KindOfActuator>> = {
  'peristaltic pump': { says: 'peristaltic pump', response: '0.5 s', error: '3 %', step: 0.0005 },
  'syringe pump': { says: 'syringe pump', response: '0.2 s', error: '0.5 %' },
  'dosing pump': { says: 'acid, base or antifoam pump', response: '0.5 s', error: '5 %', step: 0.001 },
  'mass-flow controller': { says: 'mass-flow controller', response: '1 s', error: '1 %', deadBand: 0.001 },
  stirrer: { says: 'stirrer drive', response: '1.5 s' },
  heater: { says: 'thermostat', response: '60 s' },
  valve: { says: 'control valve', response: '2 s', stickband: 0.01, slipJump: 0.005 },
  ideal: { says: 'ideal actuator' },
};
