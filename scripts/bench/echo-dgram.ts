import { createSocket } from 'node:dgram';

/**
 * What node:dgram takes to bring a datagram in and send it back: the floor of a server that uses it. echo-dgram.ts PORT
 */
const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
socket.on('message', (message, sender) => {
  message[2] |= 0x80; // a response now, as the header goes
  socket.send(message, sender.port, sender.address);
});
socket.bind(Number(process.argv[2]), '127.0.0.1');
