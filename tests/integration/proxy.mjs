// A web proxy for tests: tunnels (CONNECT) and plain requests, each written down. Prints "ready" and a line a request.
// GET /refuse?how=STATUS&count=N of the proxy itself: so many tunnels are refused with this status; how=cut: not answered;
// page: 403 with a page; junk: no HTTP; half: granted, and closed.
import http from 'node:http';
import net from 'node:net';

let refusals = 0;
let how = '503';
const proxy = http.createServer((request, response) => {
  if (request.url.startsWith('/refuse?')) {
    const asked = new URL(request.url, 'http://proxy').searchParams;
    refusals = Number(asked.get('count'));
    how = asked.get('how');
    response.end();
    return;
  }
  console.log(`request ${new URL(request.url).host}`);
  const onward = http.request(request.url, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
});
proxy.on('connect', (request, socket, head) => {
  if (refusals > 0) {
    refusals -= 1;
    console.log(`refused ${request.url}`);
    socket.on('error', () => socket.destroy());
    const page = '<html><body>Request blocked</body></html>';
    if (how === 'cut') socket.destroy();
    else if (how === 'half') socket.end('HTTP/1.1 200 Connection established\r\n\r\n');
    else if (how === 'junk') socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    else if (how === 'page') socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
    else socket.end(`HTTP/1.1 ${how} No tunnel\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  console.log(`tunnel ${request.url}`);
  const [host, port] = request.url.split(':');
  const onward = net.connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.write(head);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  for (const end of [onward, socket]) end.on('error', () => { onward.destroy(); socket.destroy(); });
});
proxy.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
