package dev.gpux.server.model;

import dev.gpux.engine.ModelException;

/**
 * The bytes that the files of all models may have together: who loads a model takes its share first and gives it back
 * when the model is freed. A model that is replaced counts until its last request is answered, for so long it is there.
 * Thread-safe.
 */
final class ModelMemory {
    private final long most;
    private long taken;

    /** What one model takes, until closed. */
    final class Share implements AutoCloseable {
        private final long bytes;
        private boolean open = true;

        private Share(long bytes) {
            this.bytes = bytes;
        }

        /** The size of the model's files. */
        long bytes() {
            return bytes;
        }

        /** Gives it back. A second call does nothing. */
        @Override
        public void close() {
            synchronized (ModelMemory.this) {
                taken -= open ? bytes : 0;
                open = false;
            }
        }
    }

    ModelMemory(long most) {
        this.most = most;
    }

    /**
     * Takes {@code bytes} for a model.
     *
     * @throws ModelException if that is more than is left
     */
    synchronized Share take(String name, long bytes) {
        if (bytes > most - taken) {
            throw new ModelException(name + ": the model's files have " + bytes + " bytes, those that are loaded have "
                + taken + ", and together they may have " + most + " (--model-memory)");
        }
        taken += bytes;
        return new Share(bytes);
    }
}
