/** {@code gpux lint}: what will hurt. */
package dev.gpux.cli.lint;
