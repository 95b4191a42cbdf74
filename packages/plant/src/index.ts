export { type ActuatorSpec, idealActuator } from './instruments/actuator.ts';
export {
  allSensors,
  type Calibration,
  Equipment,
  type EquipmentSpec,
  instrumentTags,
} from './instruments/equipment.ts';
export { type FaultKind, type FaultLabel, type FaultSpec, faultKinds, spectrumFaults } from './instruments/fault.ts';
export * from './instruments/quality.ts';
export { idealSensor, type SensorSpec } from './instruments/sensor-spec.ts';
export type { Spectrometer } from './instruments/spectrometer.ts';
export {
  axisOf,
  type Band,
  calibrate,
  type PureSpectrum,
  type SpectrometerSpec,
} from './instruments/spectrometer-spec.ts';
export { absoluteTolerances, type Code, type Kinks, Plant, type PlantSettings } from './plant.ts';
export { type SensitivityOptions, SensitivityRun } from './sensitivity-run.ts';
