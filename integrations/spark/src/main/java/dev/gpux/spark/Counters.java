package dev.gpux.spark;

import java.io.Serial;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks of a transformation count, as Spark's accumulators. A task that Spark repeats counts again.
 *
 * @param rows rows that were run
 * @param batches runs of the model
 * @param errors rows that ended in the error column
 * @param runMillis milliseconds inside the model's runs, pre- and post-processing included
 */
record Counters(LongAccumulator rows, LongAccumulator batches, LongAccumulator errors, LongAccumulator runMillis)
    implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    static Counters of(SparkContext context) {
        return new Counters(context.longAccumulator("gpux.rows"), context.longAccumulator("gpux.batches"),
            context.longAccumulator("gpux.errors"), context.longAccumulator("gpux.run_ms"));
    }
}
