/** The peer of the intake evidence: a bare node:http server that reads a delivery, checks and keeps nothing, and answers 202. */
import { once } from 'node:events';
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(202).end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.stdout.write(
  `${JSON.stringify({ url: `http://127.0.0.1:${address.port}`, rss_mb: Math.round(process.memoryUsage.rss() / 1024 / 1024) })}\n`,
);
