package dev.gpux.server.model;

import dev.gpux.engine.OpenOptions;
import dev.gpux.server.memory.MemoryPool;
import java.util.OptionalInt;

/**
 * How models are loaded.
 *
 * @param options for the engine
 * @param workers runs at once, if the GPUXfile shall not say
 * @param pool native memory for requests
 * @param modelBytes the most bytes that all models' files may have together
 */
public record LoadSettings(OpenOptions options, OptionalInt workers, MemoryPool pool, long modelBytes) { }
