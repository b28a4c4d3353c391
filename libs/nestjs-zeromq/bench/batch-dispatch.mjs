// What it costs to hand one message to a handler that does nothing, by the ways that Nest offers: docs/adr/0001.
// Run after a build: node bench/batch-dispatch.mjs
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Server } from '@nestjs/microservices';
import { Kind, NO_SESSION } from '@penstock/protocol';
import { BatchPattern, ZmqContext, ZmqServer } from '@penstock/nestjs-zeromq';

const CALLS = 100_000;
const ROUNDS = 7;

class BenchController {
  batch() {}
  event() {}
  message() {}
}
decorate('batch', BatchPattern(Kind.submit));
decorate('event', EventPattern('event'));
decorate('message', MessagePattern('message'));
Controller()(BenchController);

class BenchModule {}
Module({ controllers: [BenchController] })(BenchModule);

const server = new ZmqServer({ bind: 'inproc://bench' });
const app = await NestFactory.createMicroservice(BenchModule, { strategy: server, logger: false });
await app.init();
const frames = [new Uint8Array(64)];
const context = new ZmqContext([new Uint8Array(5), NO_SESSION, 'batch.submit', undefined, frames]);
const handler = server.getHandlers().get('batch.submit');
const controller = app.get(BenchController);
// The same server with the methods of the base class where ZmqServer has its own.
const stock = Object.create(server, { getHandlerByPattern: { value: Server.prototype.getHandlerByPattern } });

const ways = {
  'the method itself': async () => controller.batch(frames),
  "the handler that Nest registers: guards, pipes, filters (Penstock's way for a batch)": () =>
    handler(frames, context),
  "Server.handleEvent, with Nest's look-up of the handler": () =>
    stock.handleEvent('event', { pattern: 'event', data: frames }, context),
  'Server.handleEvent, with the look-up of ZmqServer': () =>
    server.handleEvent('event', { pattern: 'event', data: frames }, context),
  'Server.handleRequest, with its answer': () =>
    new Promise((resolve) => {
      const produce = async () =>
        server.transformToObservable(server.getHandlers().get('message')(frames, context));
      server.handleRequest(context, produce, (packet) => packet.isDisposed && resolve());
    }),
};

for (const [name, call] of Object.entries(ways)) {
  const figures = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    for (let count = 0; count < CALLS; count++) await call();
    // The first round warms up.
    if (round > 0) figures.push(((performance.now() - start) * 1_000) / CALLS);
  }
  figures.sort((a, b) => a - b);
  const [min, median, max] = [0, ROUNDS >> 1, ROUNDS - 1].map((at) => figures[at].toFixed(2));
  process.stdout.write(`${median} us (${min} to ${max})  ${name}\n`);
}
await app.close();

function decorate(method, decorator) {
  decorator(
    BenchController.prototype,
    method,
    Object.getOwnPropertyDescriptor(BenchController.prototype, method),
  );
}
