package dev.gpux.spark;

import java.io.Serial;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * What a task does: its rows, a batch at a time, with the outputs' columns appended.
 *
 * @param inputs input → place of its column, for those that the rows have
 * @param outputs the names of the outputs, in the order of their columns
 */
record PartitionRun(Shipment shipment, RunSettings settings, Map<String, Integer> inputs, List<String> outputs,
                    Counters counters) implements MapPartitionsFunction<Row, Row> {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return rows.hasNext() ? new AnsweredRows(ExecutorModels.get(shipment, settings), this, rows) : rows;
    }
}
