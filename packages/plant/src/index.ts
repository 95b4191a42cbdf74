export { Plant, type PlantSettings } from './plant.ts';
