/** Whose request it is: the address of its connection, or what a proxy of ours says it was asked by. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const NEAR = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv6');

/** The last of `X-Forwarded-For` is what the proxy itself saw; what stands before it anybody may have written. */
export function addressOf(request: IncomingMessage): string {
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const seen = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').at(-1)?.trim() ?? '';
  const isNear = isIP(peer) !== 0 && NEAR.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4');
  return isNear && isIP(seen) !== 0 ? seen : peer;
}
