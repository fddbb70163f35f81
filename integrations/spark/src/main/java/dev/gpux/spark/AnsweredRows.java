package dev.gpux.spark;

import dev.gpux.engine.Model;
import dev.gpux.engine.Outcome;
import dev.gpux.pipeline.Input;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows of one task with what the model says of them; a batch is run when the one before it is used up. */
final class AnsweredRows implements Iterator<Row> {
    private final Model model;
    private final PartitionRun run;
    private final Iterator<Row> rows;
    private final List<InputColumn> columns = new ArrayList<>();
    private final boolean[] isRow;
    private final Deque<Row> ready = new ArrayDeque<>();
    private long nanoseconds;

    AnsweredRows(Model model, PartitionRun run, Iterator<Row> rows) {
        this.model = model;
        this.run = run;
        this.rows = rows;
        for (var slot : model.inputs()) {
            if (run.inputs().containsKey(slot.name())) {
                columns.add(new InputColumn(slot, run.inputs().get(slot.name())));
            }
        }
        isRow = new boolean[run.outputs().size()];
        for (int i = 0; i < isRow.length; i++) {
            isRow[i] = OutputTypes.isRow(model, run.outputs().get(i));
        }
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty() && rows.hasNext()) {
            var batch = new ArrayList<Row>(run.settings().batchSize());
            while (batch.size() < run.settings().batchSize() && rows.hasNext()) {
                batch.add(rows.next());
            }
            long start = System.nanoTime();
            answer(batch);
            count(System.nanoTime() - start);
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

    /** Whole milliseconds are counted, of the task and not of each batch: many a batch takes less than one. */
    private void count(long time) {
        long before = nanoseconds / 1_000_000;
        nanoseconds += time;
        run.counters().runMillis().add(nanoseconds / 1_000_000 - before);
    }

    private void answer(List<Row> batch) {
        try {
            ready.addAll(answered(batch));
            run.counters().batches().add(1);
            run.counters().rows().add(batch.size());
        } catch (RuntimeException e) {
            if (run.settings().errors().isEmpty()) {
                throw new ModelUnusableException("a row could not be run: " + e.getMessage()
                    + "; setErrorColumn(name) keeps such rows with their errors", e);
            }
            if (batch.size() == 1) {
                run.counters().errors().add(1);
                ready.add(failed(batch.getFirst(), e));
                return;
            }
            // One bad row costs its neighbours nothing but a second try.
            batch.forEach(row -> answer(List.of(row)));
        }
    }

    private List<Row> answered(List<Row> batch) {
        try (var arena = Arena.ofConfined()) {
            var items = new ArrayList<Map<String, Input>>(batch.size());
            for (var row : batch) {
                items.add(item(arena, row));
            }
            var outcomes = model.run(arena, items).outcomes();
            var answered = new ArrayList<Row>(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                answered.add(row(batch.get(i), outcomes.get(i)));
            }
            return answered;
        }
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
        for (int i = 0; i < isRow.length; i++) {
            var output = run.outputs().get(i);
            var answer = outcome.answers().get(output);
            if (answer == null) {
                throw new ModelUnusableException("the model gives no '" + output + "'; it gives "
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
        var values = new Object[given.length() + isRow.length + (run.settings().errors().isPresent() ? 1 : 0)];
        Arrays.setAll(values, i -> i < given.length() ? given.get(i) : null);
        return values;
    }
}
