/** {@code gpux diff}: what differs between two models. */
package dev.gpux.cli.diff;
