package dev.gpux.store.remote;

import dev.gpux.store.Digest;
import java.nio.file.Path;

/**
 * A file that was fetched.
 *
 * @param file where it is
 * @param digest its content
 * @param size its length in bytes
 */
public record Downloaded(Path file, Digest digest, long size) { }
