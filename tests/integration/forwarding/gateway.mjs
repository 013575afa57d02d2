// TLS before a plain server, for clients with a certificate of the CA: others are not let in. Prints "ready", and a line
// with the client's name for each connection.
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const { PORT, TO, CERT, KEY, CA } = process.env;
const options = { cert: fs.readFileSync(CERT), key: fs.readFileSync(KEY), ca: fs.readFileSync(CA), requestCert: true, rejectUnauthorized: true };
const gateway = tls.createServer(options, (client) => {
  console.log(`client ${client.getPeerCertificate().subject.CN}`);
  const server = net.connect(Number(TO), '127.0.0.1');
  client.pipe(server);
  server.pipe(client);
  for (const end of [client, server]) end.on('error', () => { client.destroy(); server.destroy(); });
});
gateway.on('tlsClientError', () => console.log('refused'));
gateway.listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
