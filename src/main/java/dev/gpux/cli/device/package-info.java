/**
 * {@code gpux providers} and {@code gpux doctor}: what this machine can run models on, and why not.
 */
package dev.gpux.cli.device;
