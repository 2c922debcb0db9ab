/** Something that is held to, and what came of it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** At most, or at least, this. */
  readonly bound: number;
  readonly isLeast?: boolean;
  readonly unit: '%' | 'x' | 'MB' | '/s' | 's' | 'ms' | '';
}

export const isMet = ({ value, bound, isLeast = false }: Figure): boolean =>
  isLeast ? value >= bound : value <= bound;

export function formatFigure(figure: Figure): string {
  const { what, value, bound, isLeast, unit } = figure;
  const number = (n: number): string => (Math.abs(n) >= 100 ? n.toFixed(0) : n.toFixed(2));
  const held = `${isLeast ? 'at least' : 'at most'} ${number(bound)} ${unit}`;
  return `${isMet(figure) ? 'met    ' : 'NOT MET'}  ${what}: ${number(value)} ${unit} (${held})`;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => sum(values) / values.length;
