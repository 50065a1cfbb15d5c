import type { AddressInfo } from 'node:net';
import express from 'express';
import { MongoClient } from 'mongodb';

/**
 * The floor of a callback answer: one POST, one acknowledged insert, `success`. Started with MONGODB_URI and PORT; its
 * writes are as durable as the payments' own.
 */
const client = new MongoClient(process.env['MONGODB_URI'] ?? '', { writeConcern: { w: 'majority', journal: true } });
const received = client.db(process.env['MONGODB_DATABASE']).collection('benchCallbacks');

const app = express();
app.get('/healthz', (_request, response) => {
  response.end('ok');
});
app.post('/callbacks', express.raw({ type: () => true }), async (request, response) => {
  await received.insertOne({ body: request.body as Buffer, receivedAt: new Date() });
  response.type('text/plain').end('success');
});
const server = app.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void client.close();
});
