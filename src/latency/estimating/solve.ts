import type { Sliced } from '../../util/slices.ts';
import type { Covariance } from './covariance.ts';

const ROUNDS_MAX = 80;
const TOLERANCE = 1e-6;

/**
 * Solves (covariance + noise) x = values over the pairs whose noise is finite, by conjugate gradients; x is 0
 * elsewhere. Noise is a variance; Infinity says that the pair was not measured.
 */
export function* solving(covariance: Covariance, noise: Float64Array, values: Float64Array): Sliced<Float64Array> {
  const size = values.length;
  const rows = measuredRows(covariance, noise);
  const x = new Float64Array(size);
  const rest = values.map((value, index) => (Number.isFinite(noise[index]) ? value : 0));
  const scaled = precondition(rest, noise, covariance.variance);
  const direction = Float64Array.from(scaled);
  const image = new Float64Array(size);
  let error = dot(rest, scaled);
  const enough = error * TOLERANCE;
  for (let round = 0; round < ROUNDS_MAX && error > enough; round++) {
    yield;
    covariance.multiply(direction, image, rows, rows);
    for (let index = 0; index < size; index++) {
      const own = noise[index]!;
      image[index] = Number.isFinite(own) ? image[index]! + own * direction[index]! : 0;
    }
    const step = error / dot(direction, image);
    for (let index = 0; index < size; index++) {
      x[index]! += step * direction[index]!;
      rest[index]! -= step * image[index]!;
    }
    const next = precondition(rest, noise, covariance.variance);
    const nextError = dot(rest, next);
    for (let index = 0; index < size; index++) {
      direction[index] = next[index]! + (nextError / error) * direction[index]!;
    }
    error = nextError;
  }
  return x;
}

/** Countries of which something was measured. */
function measuredRows({ countries, regions }: Covariance, noise: Float64Array): readonly number[] {
  return Array.from({ length: countries }, (_, country) => country).filter((country) =>
    noise.subarray(country * regions, (country + 1) * regions).some(Number.isFinite),
  );
}

/** Divides by the diagonal: noisy and exact pairs then converge alike. */
function precondition(rest: Float64Array, noise: Float64Array, variance: number): Float64Array {
  return rest.map((value, index) => (Number.isFinite(noise[index]) ? value / (variance + noise[index]!) : 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
