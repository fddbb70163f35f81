package dev.gpux.spark;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Parquet in, Parquet out, for {@code spark-submit}: every row of one table with a model's outputs.
 *
 * <pre>spark-submit --class dev.gpux.spark.BatchInference gpux-spark.jar --model GPUXfile --input IN --output OUT
 *     [--column INPUT=COLUMN]... [--batch N] [--error-column NAME] [--require gpu]</pre>
 */
public final class BatchInference {
    private static final List<String> NEEDED = List.of("--model", "--input", "--output");
    private static final List<String> OPTIONAL = List.of("--batch", "--error-column", "--require", "--column");

    private BatchInference() { }

    /** Exits with 2 on wrong usage. */
    public static void main(String[] arguments) {
        var options = new HashMap<String, String>();
        var transformer = new GpuxTransformer();
        for (int i = 0; i < arguments.length; i += 2) {
            var name = arguments[i];
            if (!NEEDED.contains(name) && !OPTIONAL.contains(name) || i + 1 == arguments.length) {
                usage(System.err, "unknown or without a value: " + name);
                return;
            }
            var value = arguments[i + 1];
            if (name.equals("--column")) {
                int equals = Math.max(value.indexOf('='), 0);
                transformer.setInputColumn(value.substring(0, equals), value.substring(Math.min(equals + 1, value.length())));
            } else {
                options.put(name, value);
            }
        }
        for (var name : NEEDED) {
            if (!options.containsKey(name)) {
                usage(System.err, name + " is missing");
                return;
            }
        }
        run(options, transformer);
    }

    private static void usage(PrintStream err, String problem) {
        err.println("gpux-spark: " + problem + "; expected --model GPUXfile --input IN.parquet --output OUT.parquet "
            + "[--column INPUT=COLUMN] [--batch N] [--error-column NAME] [--require gpu]");
        System.exit(2);
    }

    private static void run(Map<String, String> options, GpuxTransformer transformer) {
        transformer.setModel(options.get("--model"))
            .setBatchSize(Integer.parseInt(options.getOrDefault("--batch", "32")))
            .setErrorColumn(options.getOrDefault("--error-column", ""))
            .setRequire(options.getOrDefault("--require", ""));
        var spark = SparkSession.builder().appName("gpux").getOrCreate();
        var output = options.get("--output");
        var answered = transformer.transform(spark.read().parquet(options.get("--input")));
        answered.write().options(ParquetOptions.of(answered.schema())).parquet(output);
        var written = spark.read().parquet(output);
        System.out.println("gpux-spark: " + written.count() + " rows to " + output + ": "
            + Stream.of(written.schema().fields()).map(field -> field.name() + " " + field.dataType().simpleString())
                .collect(Collectors.joining(", ")));
        spark.stop();
    }
}
