/**
 * {@code gpux pull}: models from the net. {@link dev.gpux.cli.pull.Puller} decides what to fetch and puts it into
 * the store; {@code dev.gpux.store.remote} fetches it.
 */
package dev.gpux.cli.pull;
