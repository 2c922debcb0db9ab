/**
 * The binary interface of Linux where pointers have 64 bits and the lower octet comes first. x86-64 and AArch64 have
 * all of this in common, with glibc and with musl. Sizes and offsets are in octets.
 */

export const AF = { INET: 2, INET6: 10 } as const;

/** A socket for datagrams that a started program does not inherit. */
export const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

export const LEVEL = { IP: 0, SOCKET: 1, IPV6: 41 } as const;

export const SO = {
  SNDBUF: 7,
  RCVBUF: 8,
  REUSEPORT: 15,
  RCVTIMEO: 20,
  SNDTIMEO: 21,
  RCVBUFFORCE: 33,
  MEMINFO: 55,
} as const;
/** What SO_MEMINFO tells of a socket: 32-bit integers, of which the last counts datagrams that were dropped. */
export const MEMINFO = { DROPS: 8, WORDS: 9 } as const;
export const IP = { PKTINFO: 8, MTU_DISCOVER: 10 } as const;
export const IPV6 = { MTU_DISCOVER: 23, V6ONLY: 26, RECVPKTINFO: 49, PKTINFO: 50 } as const;

/** Fragments by the interface's MTU only: what others say about the path's MTU can be forged. */
export const PMTUDISC_OMIT = 5;

export const MSG = { TRUNC: 0x20, DONTWAIT: 0x40, WAITFORONE: 0x1_0000 } as const;

export const POLLIN = 1;

export const ERRNO = { EINTR: 4, EAGAIN: 11, ENOMEM: 12, ENOBUFS: 105, ECONNREFUSED: 111, EHOSTUNREACH: 113 } as const;

/** struct sockaddr_in and sockaddr_in6: where family, port and address are. */
export const SOCKADDR_IN = { BYTES: 16, PORT: 2, ADDRESS: 4 } as const;
export const SOCKADDR_IN6 = { BYTES: 28, PORT: 2, ADDRESS: 8 } as const;

/** struct mmsghdr: a struct msghdr, and how many octets came. */
export const MMSGHDR = {
  NAME: 0,
  NAME_BYTES: 8,
  IOV: 16,
  IOV_COUNT: 24,
  CONTROL: 32,
  CONTROL_BYTES: 40,
  FLAGS: 48,
  LENGTH: 56,
  BYTES: 64,
} as const;

export const IOVEC = { BASE: 0, LENGTH: 8, BYTES: 16 } as const;

/** struct cmsghdr; data follows, and the next begins at a multiple of 8. */
export const CMSGHDR = { LENGTH: 0, LEVEL: 8, TYPE: 12, BYTES: 16 } as const;

/** struct in_pktinfo and in6_pktinfo: the address that was asked, and which to answer from. */
export const IN_PKTINFO = { INTERFACE: 0, ADDRESS: 4, BYTES: 12 } as const;
export const IN6_PKTINFO = { ADDRESS: 0, INTERFACE: 16, BYTES: 20 } as const;

/** struct pollfd: an Int32 and two Int16. */
export const POLLFD = { FD: 0, EVENTS: 4, REVENTS: 6, BYTES: 8 } as const;

export const aligned = (bytes: number): number => (bytes + 7) & ~7;
