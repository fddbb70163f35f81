package dev.gpux.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The root example on a master and two workers, each executor a JVM of its own. {@code -Dgpux.rows=100000} is the long
 * form.
 */
final class ClusterIT {
    private static final int ROWS = Integer.getInteger("gpux.rows", 400);
    private static final Pattern OPENED = Pattern.compile("gpux: sentence-embedding on cpu, 1 thread, GPU (\\d)");

    private static final Integer KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private static Path folder;
    private static Cluster cluster;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start(folder, "3", "5");
        spark = SparkSession.builder().master(cluster.url()).appName("gpux-test")
            .config("spark.jars", System.getProperty("gpux.spark.jar"))
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.executor.memory", "1g")
            // No job begins on one executor while the other is still starting.
            .config("spark.cores.max", "2").config("spark.scheduler.minRegisteredResourcesRatio", "1")
            .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "10min")
            .config("spark.executor.resource.gpu.amount", "1").config("spark.task.resource.gpu.amount", "1")
            .config("spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .getOrCreate();
    }

    /** Spark ends them by a signal; only the one that a test kills ends without having closed its sessions. */
    @AfterAll
    static void executorsEndCleanly() throws Exception {
        try {
            if (spark != null) {
                spark.stop();
                var statuses = new ArrayList<>(cluster.exitStatuses());
                statuses.remove(KILLED);
                assertTrue(Set.of(0, TERMINATED).containsAll(statuses), statuses.toString());
            }
        } finally {
            if (cluster != null) {
                cluster.close();
            }
        }
    }

    /** One row a run: in a batch, the int8 model's answers depend a little on the row's neighbours. */
    @Test
    void rowsEqualThoseOfOneProcess() {
        var out = folder.resolve("rows.parquet").toString();
        Sentences.transformer().setBatchSize(1).transform(Sentences.table(spark, ROWS, 8)).write().parquet(out);
        var rows = spark.read().parquet(out).orderBy("id").toLocalIterator();
        long id = 0;
        try (var model = Model.open(Gpuxfile.read(Sentences.ROOT.resolve("GPUXfile")),
                 OpenOptions.standard().withIntraThreads(1))) {
            for (; rows.hasNext(); id++) {
                var row = rows.next();
                assertEquals(id, row.getLong(0));
                assertEquals(Sentences.of(id), row.getString(1));
                try (var arena = Arena.ofConfined()) {
                    var answer = (Answer.Numbers) model.run(arena, Map.of("text", new Input.Text(Sentences.of(id))))
                        .outcomes().getFirst().answers().get("embedding");
                    assertArrayEquals(((Tensor) answer.value()).floats(), Sentences.floats(row, "embedding"), "row " + id);
                }
            }
        }
        assertEquals(ROWS, id);
    }

    @Test
    void aKilledExecutorCostsNoRowAndDoublesNone() throws Exception {
        var out = folder.resolve("killed.parquet").toString();
        var job = CompletableFuture.runAsync(() -> Sentences.transformer().setBatchSize(4)
            .transform(Sentences.table(spark, 1200, 24)).drop("embedding").write().parquet(out),
            thread -> Thread.ofPlatform().daemon().start(thread));
        var victims = new ArrayList<ProcessHandle>();
        while (!job.isDone() && victims.isEmpty()) {
            if (Files.exists(Path.of(out)) && countFiles(Path.of(out)) > 0) {
                victims.addAll(cluster.executors().stream().limit(1).toList());
                victims.forEach(ProcessHandle::destroyForcibly);
            }
            Thread.sleep(20);
        }
        job.get(20, TimeUnit.MINUTES);
        assertFalse(victims.isEmpty(), "the job ended before an executor could be killed");
        var ids = spark.read().parquet(out).select("id").collectAsList();
        var distinct = new HashSet<Long>();
        ids.forEach(row -> distinct.add(row.getLong(0)));
        assertEquals(1200, ids.size());
        assertEquals(1200, distinct.size());
    }

    private static long countFiles(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        } catch (UncheckedIOException e) {
            // Spark moves them while they are counted.
            return 0;
        }
    }

    @Test
    void aModelThatExecutorsCannotOpenFailsTheJobWithItsReason() {
        var transformed = Sentences.transformer().setRequire("cuda").transform(Sentences.table(spark, 4, 2));
        var e = assertThrows(Exception.class, transformed::collectAsList);
        assertTrue(e.getMessage().toLowerCase().contains("cuda"), e.getMessage());
        assertTrue(e.getMessage().contains("ProviderException"), e.getMessage());
    }

    /** Two workers, of which each says to have another GPU; the second job's session is another one, of the same model. */
    @Test
    void anExecutorGetsTheModelOnceAndRunsItOnTheGpuOfItsTask() throws Exception {
        Sentences.transformer().transform(Sentences.table(spark, 64, 16)).collectAsList();
        Sentences.transformer().setProviders("cpu").transform(Sentences.table(spark, 64, 16)).collectAsList();
        var gpus = new TreeSet<String>();
        for (var log : cluster.logs()) {
            var opened = OPENED.matcher(log).results().map(match -> match.group(1)).toList();
            gpus.addAll(opened);
            if (opened.size() > 1) {
                assertEquals(1, new HashSet<>(opened).size(), log);
                assertTrue(log.split("Finished task ").length > 3, log);
                assertEquals(1, log.split("gpux: received ").length - 1, log);
            }
        }
        assertEquals(List.of("3", "5"), List.copyOf(gpus));
    }

    @Test
    void aModelIsAFunctionOfSql() {
        Sentences.transformer().register(spark, "embed");
        Sentences.table(spark, 3, 1).createOrReplaceTempView("sentences");
        var rows = spark.sql("select id, embed(text) as vector from sentences order by id").collectAsList();
        var direct = Sentences.transformer().setBatchSize(1).transform(Sentences.table(spark, 3, 1)).orderBy("id")
            .collectAsList();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(Sentences.floats(direct.get(i), "embedding"), Sentences.floats(rows.get(i), "vector"));
        }
    }
}
