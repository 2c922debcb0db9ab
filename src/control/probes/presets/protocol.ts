import type { Conversation } from '../conversation.ts';

/** How a database greets, and how it comes to TLS. */
export interface DatabaseProtocol {
  readonly greeting: Conversation;
  /** What is agreed in the clear before TLS; undefined where TLS comes first. */
  readonly startTls?: Conversation;
  /** Said after that, and not answered. */
  readonly tlsRequest?: Uint8Array;
  /** Whether the greeting itself is what is heard in the clear. */
  readonly isGreetedFirst?: boolean;
}
