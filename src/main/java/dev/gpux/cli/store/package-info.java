/**
 * The commands about what the store has: {@code list}, {@code rm}, {@code tag}, {@code save}, {@code load}.
 */
package dev.gpux.cli.store;
