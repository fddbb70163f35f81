/**
 * Native memory that requests borrow: what came from the socket lies in it until the model has read it, whichever thread
 * does so. A confined arena belongs to one thread, and a shared one costs a handshake of all threads when it is closed,
 * so {@link dev.gpux.server.memory.MemoryPool} keeps blocks of shared arenas and lends them out.
 */
package dev.gpux.server.memory;
