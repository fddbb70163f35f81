/**
 * {@code gpux init}: a commented GPUXfile, drafted from a model and the files beside it.
 */
package dev.gpux.cli.init;
