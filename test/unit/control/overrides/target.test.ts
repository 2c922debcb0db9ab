import { expect, test } from 'vitest';
import { targetOf } from '../../../../src/control/overrides/target.ts';

const known = {
  endpoint: ['web/eu-west', 'web/us-east'],
  ...{ region: ['eu-west', 'both'], service: ['web', 'both'] },
  nested: new Map([['shop/front', 'web']]),
};

test.each([
  ['web/eu-west', 'endpoint', 'web/eu-west'],
  ['eu-west', 'region', 'eu-west'],
  ['web', 'service', 'web'],
  ['region:both', 'region', 'both'],
  ['service:both', 'service', 'both'],
  ['endpoint:web/us-east', 'endpoint', 'web/us-east'],
])('%s is the %s %s', (word, kind, name) => {
  expect(targetOf(word, known)).toEqual({ kind, name });
});

test.each([
  ['both', 'both is a region and a service: say region:both or service:both'],
  ['eu-wset', 'there is no endpoint, region or service eu-wset; did you mean eu-west?'],
  ['web/eu-wets', 'there is no endpoint, region or service web/eu-wets; did you mean web/eu-west?'],
  ['mars', 'there is no endpoint, region or service mars; aya status lists what there is'],
  ['region:wbe', 'there is no region wbe, expected one of eu-west, both'],
  ...['shop/front', 'endpoint:shop/front'].map((word) => [
    word,
    'shop/front stands for the service web, and is not forced itself: force service:web, wherever it is used',
  ]),
  ['zone:web', 'there is no kind zone: say endpoint, region, service'],
  ['', 'there is no endpoint, region or service ; aya status lists what there is'],
])('%s is nothing: %s', (word, unknown) => {
  expect(targetOf(word, known)).toEqual({ unknown });
});
