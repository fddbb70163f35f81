/** {@code gpux serve}: its options, what it says when it begins, and how it ends. */
package dev.gpux.cli.serve;
