package dev.gpux.server.model;

import dev.gpux.gpuxfile.Gpuxfile;
import java.util.function.Supplier;

/**
 * Where a model comes from, read anew at each load.
 *
 * @param label what people call it: a path, or a name in the store
 * @param gpuxfile reads what it is
 */
public record Source(String label, Supplier<Gpuxfile> gpuxfile) { }
