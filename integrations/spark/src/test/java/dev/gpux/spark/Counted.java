package dev.gpux.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark's web page would show of the accumulators of one job. */
final class Counted extends SparkListener {
    private final Map<String, Long> counters = new HashMap<>();
    private final CompletableFuture<Map<String, Long>> ended = new CompletableFuture<>();

    @Override
    public void onStageCompleted(SparkListenerStageCompleted stage) {
        CollectionConverters.asJava(stage.stageInfo().accumulables()).values().forEach(accumulable -> {
            var name = accumulable.name().get();
            if (name.startsWith("gpux.")) {
                counters.put(name, (Long) accumulable.value().get());
            }
        });
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd job) {
        ended.complete(counters);
    }

    /** What {@code job} counts; it is one job of Spark's. */
    static Map<String, Long> by(SparkSession spark, Runnable job) throws Exception {
        var counted = new Counted();
        spark.sparkContext().addSparkListener(counted);
        try {
            job.run();
            return counted.ended.get(5, TimeUnit.MINUTES);
        } finally {
            spark.sparkContext().removeSparkListener(counted);
        }
    }
}
