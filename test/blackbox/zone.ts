/** A configuration's `zones:` section with example.com, made of these records besides SOA, NS and glue. */
export function zone(records: string): string {
  return `
zones:
  example.com:
    records: |
      $TTL 300
      @    IN SOA ns1 hostmaster 1 2h 30m 2w 60
      @    IN NS  ns1
      ns1  IN A   192.0.2.53
${records.replace(/^ */gm, '      ')}
`;
}

/** The line of that zone's SOA in a denial: its MINIMUM is less than its TTL, and holds (RFC 2308 section 3). */
export const DENIAL = 'example.com 60 SOA ns1.example.com hostmaster.example.com 1 7200 1800 1209600 60';
