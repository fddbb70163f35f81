/**
 * {@code gpux build}: a GPUXfile's model, checked, tested and put into the store.
 */
package dev.gpux.cli.build;
