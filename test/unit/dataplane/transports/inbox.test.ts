import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inbox } from '../../../../src/dataplane/transports/inbox.ts';
import { framed } from '../../../support/dns-client.ts';

function messagesIn(inbox: Inbox): string[] {
  const messages: string[] = [];
  for (let message = inbox.next(); message !== undefined; message = inbox.next()) {
    messages.push(Buffer.from(message).toString('hex'));
  }
  return messages;
}

describe('a stream of octets', () => {
  test('gives the messages in it, wherever it is cut', () => {
    const lengths = fc.oneof(fc.nat(40), fc.constantFrom(0, 1, 255, 256, 509, 510, 511, 1022, 65_535));
    fc.assert(
      fc.property(
        fc.array(lengths, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 700 })),
        (all, cuts) => {
          const messages = all.map((length, index) => Buffer.alloc(length, index + 1));
          const octets = Buffer.concat(messages.map(framed));
          const inbox = new Inbox();
          const seen: string[] = [];
          for (let at = 0; at < octets.length; ) {
            const end = at + cuts.next().value;
            inbox.push(octets.subarray(at, end));
            seen.push(...messagesIn(inbox));
            at = end;
          }
          expect(seen).toEqual(messages.map((message) => message.toString('hex')));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('may be added to before all of it is read', () => {
    const [one, two, three] = [1, 2, 3].map((value) => Buffer.alloc(20, value));
    const inbox = new Inbox();
    inbox.push(Buffer.concat([one, two].map(framed)));
    expect(inbox.next()).toEqual(one);
    inbox.push(framed(three));
    expect(messagesIn(inbox)).toEqual([two, three].map((message) => message.toString('hex')));
  });

  test('has no message before it has begun', () => {
    expect(new Inbox().next()).toBeUndefined();
  });
});
