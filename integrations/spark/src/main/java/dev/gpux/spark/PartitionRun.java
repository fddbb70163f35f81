package dev.gpux.spark;

import dev.gpux.engine.Model;
import dev.gpux.engine.Outcome;
import dev.gpux.pipeline.Input;
import java.io.Serial;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

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
        return rows.hasNext() ? new Batches(ExecutorModels.get(shipment, settings), rows) : rows;
    }

    private final class Batches implements Iterator<Row> {
        private final Model model;
        private final Iterator<Row> rows;
        private final List<InputColumn> columns = new ArrayList<>();
        private final boolean[] isRow;
        private final Deque<Row> ready = new ArrayDeque<>();

        Batches(Model model, Iterator<Row> rows) {
            this.model = model;
            this.rows = rows;
            for (var slot : model.inputs()) {
                if (inputs.containsKey(slot.name())) {
                    columns.add(new InputColumn(slot, inputs.get(slot.name())));
                }
            }
            isRow = new boolean[outputs.size()];
            for (int i = 0; i < isRow.length; i++) {
                isRow[i] = OutputTypes.isRow(model, outputs.get(i));
            }
        }

        @Override
        public boolean hasNext() {
            if (ready.isEmpty() && rows.hasNext()) {
                var batch = new ArrayList<Row>(settings.batchSize());
                while (batch.size() < settings.batchSize() && rows.hasNext()) {
                    batch.add(rows.next());
                }
                run(batch);
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void run(List<Row> batch) {
            long start = System.nanoTime();
            try (var arena = Arena.ofConfined()) {
                var outcomes = model.run(arena, batch.stream().map(row -> item(arena, row)).toList()).outcomes();
                counters.batches().add(1);
                for (int i = 0; i < batch.size(); i++) {
                    ready.add(row(batch.get(i), outcomes.get(i)));
                }
                counters.rows().add(batch.size());
            } catch (RuntimeException e) {
                recover(batch, e);
            } finally {
                counters.runMillis().add((System.nanoTime() - start) / 1_000_000);
            }
        }

        /** One bad row costs its neighbours nothing but a second try. */
        private void recover(List<Row> batch, RuntimeException e) {
            ready.clear();
            if (settings.errors().isEmpty()) {
                throw new ModelUnusableException("a row could not be run: " + e.getMessage()
                    + "; setErrorColumn(name) keeps such rows with their errors", e);
            }
            if (batch.size() == 1) {
                counters.errors().add(1);
                ready.add(failed(batch.getFirst(), e));
                return;
            }
            var done = new ArrayList<Row>(batch.size());
            for (var row : batch) {
                run(List.of(row));
                done.addAll(ready);
                ready.clear();
            }
            ready.addAll(done);
        }

        private Map<String, Input> item(Arena arena, Row row) {
            var item = new HashMap<String, Input>();
            for (var column : columns) {
                column.read(arena, row.get(column.index())).ifPresent(input -> item.put(column.slot().name(), input));
            }
            return item;
        }

        private Row row(Row given, Outcome outcome) {
            var values = extended(given);
            for (int i = 0; i < outputs.size(); i++) {
                var answer = outcome.answers().get(outputs.get(i));
                if (answer == null) {
                    throw new ModelUnusableException("the model gives no '" + outputs.get(i) + "'; it gives "
                        + String.join(", ", outcome.answers().keySet()));
                }
                values[given.length() + i] = OutputValues.of(answer, isRow[i]);
            }
            return RowFactory.create(values);
        }

        private Row failed(Row given, RuntimeException e) {
            var values = extended(given);
            values[values.length - 1] = String.valueOf(e.getMessage());
            return RowFactory.create(values);
        }

        private Object[] extended(Row given) {
            var values = new Object[given.length()];
            Arrays.setAll(values, given::get);
            return Arrays.copyOf(values, given.length() + outputs.size() + (settings.errors().isPresent() ? 1 : 0));
        }
    }
}
