import dev.gpux.spark.GpuxTransformer;
import dev.gpux.spark.ParquetOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * An application with executors of one core each, each a JVM of its own. For each line on standard input it reads the
 * NDJSON, runs the model, writes Parquet, and prints how many rows it did in a second. {@code Job EXECUTORS GPUXFILE
 * NDJSON PARQUET ROWS BATCH JAR}
 */
final class Job {
    private Job() { }

    public static void main(String[] arguments) throws IOException {
        int executors = Integer.parseInt(arguments[0]);
        long rows = Long.parseLong(arguments[4]);
        var spark = SparkSession.builder().appName("gpux-bench").master("local-cluster[" + executors + ",1,1024]")
            .config("spark.jars", arguments[6])
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.executor.memory", "1g")
            .config("spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED -XX:ActiveProcessorCount=1")
            // Both executors are there before the first task, and both have the same to do.
            .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .config("spark.sql.files.maxPartitionBytes", Files.size(Path.of(arguments[2])) / 8 + 1)
            .getOrCreate();
        var transformer = new GpuxTransformer().setModel(arguments[1]).setBatchSize(Integer.parseInt(arguments[5]));
        Dataset<Row> read = spark.read().schema("text string").json(arguments[2]);
        var in = new BufferedReader(new InputStreamReader(System.in));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            long start = System.nanoTime();
            var answered = transformer.transform(read);
            answered.write().options(ParquetOptions.of(answered.schema())).mode(SaveMode.Overwrite).parquet(arguments[3]);
            System.out.println(Math.round(rows * 1e9 / (System.nanoTime() - start)));
        }
        spark.stop();
    }
}
