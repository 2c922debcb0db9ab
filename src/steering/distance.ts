export { type Coordinates, distanceKm } from '../util/distance.ts';
