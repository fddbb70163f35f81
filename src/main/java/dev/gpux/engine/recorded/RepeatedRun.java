package dev.gpux.engine.recorded;

import dev.gpux.ort.PreparedRun;
import dev.gpux.ort.Tensor;

/** A run of a model alone, on inputs that stay where the model reads them. Belongs to the thread that made it. */
public sealed interface RepeatedRun extends AutoCloseable permits RecordedRun, RepeatedRun.Prepared {
    /** Once more. */
    void run();

    /** What the last run gave. */
    Tensor output(String name);

    @Override
    void close();

    /** One that launches everything anew. */
    record Prepared(PreparedRun prepared) implements RepeatedRun {
        @Override
        public void run() {
            prepared.run();
        }

        @Override
        public Tensor output(String name) {
            return prepared.output(name);
        }

        @Override
        public void close() {
            prepared.close();
        }
    }
}
