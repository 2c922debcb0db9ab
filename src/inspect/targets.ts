import type { Leaf } from '../steering/plan.ts';
import { type Selector, selects } from '../steering/selector.ts';

/** Whether a leaf is meant: a text is the name of its region, of its endpoint or of its service. */
export function isMeant(meant: Selector, leaf: Leaf): boolean {
  if (typeof meant === 'string') return isNamed(meant, leaf);
  if (Array.isArray(meant)) return meant.some((one) => isMeant(one, leaf));
  return selects(meant, { name: leaf.endpoint ?? '', regions: leaf.region === undefined ? [] : [leaf.region] });
}

export function isNamed(name: string, { service, endpoint, region }: Leaf): boolean {
  return name === region?.name || name === endpoint || name === service || name === `${service}/${endpoint}`;
}

/** What people call it: its region, or else what it is of which service. */
export function placeOf({ service, endpoint, region }: Leaf): string {
  return region?.name ?? `${service}/${endpoint ?? '(fixed)'}`;
}

export function leafText({ service, endpoint, region }: Leaf): string {
  const where = region === undefined || region.name === endpoint ? '' : ` in ${region.name}`;
  return `${service}/${endpoint ?? '(fixed)'}${where}`;
}
