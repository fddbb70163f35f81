import dev.gpux.spark.GpuxTransformer;
import dev.gpux.spark.ParquetOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * An application with executors of one core each, each a JVM of its own. For each line on standard input it reads the
 * NDJSON, runs the model, writes Parquet, and prints how many rows it did in a second, between the first task's launch
 * and the last one's end. {@code Job EXECUTORS GPUXFILE NDJSON PARQUET ROWS BATCH JAR}
 */
final class Job {
    private static final int ROWS_A_TASK = 750;

    private Job() { }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int executors = Integer.parseInt(arguments[0]);
        long rows = Long.parseLong(arguments[4]);
        var spark = SparkSession.builder().appName("gpux-bench").master("local-cluster[" + executors + ",1,1024]")
            .config("spark.jars", arguments[6])
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.executor.memory", "1g")
            .config("spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED -XX:ActiveProcessorCount=1")
            // Both executors are there before the first task, and both have the same to do.
            .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .config("spark.sql.files.maxPartitionBytes",
                Files.size(Path.of(arguments[2])) * ROWS_A_TASK / rows + 1)
            .getOrCreate();
        var clock = new Clock();
        spark.sparkContext().addSparkListener(clock);
        var transformer = new GpuxTransformer().setModel(arguments[1]).setBatchSize(Integer.parseInt(arguments[5]));
        Dataset<Row> read = spark.read().schema("text string").json(arguments[2]);
        var in = new BufferedReader(new InputStreamReader(System.in));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var answered = transformer.transform(read);
            answered.write().options(ParquetOptions.of(answered.schema())).mode(SaveMode.Overwrite).parquet(arguments[3]);
            System.out.println(Math.round(rows * 1e3 / clock.milliseconds.take()));
        }
        spark.stop();
    }

    private static final class Clock extends SparkListener {
        private final LinkedBlockingQueue<Long> milliseconds = new LinkedBlockingQueue<>();
        private long first = Long.MAX_VALUE;
        private long last;

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            first = Math.min(first, task.taskInfo().launchTime());
            last = Math.max(last, task.taskInfo().finishTime());
        }

        @Override
        public void onJobEnd(SparkListenerJobEnd job) {
            milliseconds.add(last - first);
            first = Long.MAX_VALUE;
            last = 0;
        }
    }
}
