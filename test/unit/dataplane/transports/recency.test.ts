import { expect, test } from 'vitest';
import { Recency, type Recent } from '../../../../src/dataplane/transports/recency.ts';

class Member implements Recent {
  older: Recent | undefined;
  newer: Recent | undefined;
}

/** The members of a list from the oldest on, by taking one after the other out. */
function emptied(list: Recency<Member>): Member[] {
  const members: Member[] = [];
  for (let { oldest } = list; oldest !== undefined; oldest = list.oldest) {
    members.push(oldest);
    list.remove(oldest);
  }
  return members;
}

test('members come in the order in which they were last touched', () => {
  const list = new Recency<Member>();
  const [a, b, c, d] = Array.from({ length: 4 }, () => new Member());
  for (const member of [a, b, c, d]) list.add(member);
  list.touch(a);
  list.touch(c);
  list.touch(c);
  list.remove(d);
  expect(list.size).toBe(3);
  expect(emptied(list)).toEqual([b, a, c]);
  expect(list.size).toBe(0);
  list.add(d);
  expect(emptied(list)).toEqual([d]);
});
