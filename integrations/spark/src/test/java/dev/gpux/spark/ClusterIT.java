package dev.gpux.spark;

import static org.apache.spark.sql.functions.col;
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
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The root example on a master and two workers, each executor a JVM of its own. {@code -Dgpux.rows=100000} is the long
 * form.
 */
final class ClusterIT {
    private static final Path ROOT = Path.of(System.getProperty("gpux.root")).toAbsolutePath().normalize();
    private static final int ROWS = Integer.getInteger("gpux.rows", 400);
    private static final StructType SENTENCES = new StructType()
        .add("id", DataTypes.LongType, false).add("text", DataTypes.StringType, true);
    private static final String[] WORDS = ("a the cat dog sat ran quickly on under mat house river, blue green old new "
        + "stone bird sings loud when rain falls and wind blows across fields of golden wheat").split(" ");

    @TempDir
    private static Path folder;
    private static Cluster cluster;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start(folder, 2, 1);
        spark = SparkSession.builder().master(cluster.url()).appName("gpux-test")
            .config("spark.jars", System.getProperty("gpux.spark.jar"))
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false").config("spark.executor.memory", "1g")
            .config("spark.executor.extraJavaOptions", "--enable-native-access=ALL-UNNAMED")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .getOrCreate();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static String sentence(long id) {
        var text = new StringBuilder();
        long seed = id * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < 3 + (id % 9); i++) {
            seed = seed * 6364136223846793005L + 1442695040888963407L;
            text.append(i == 0 ? "" : " ").append(WORDS[(int) ((seed >>> 33) % WORDS.length)]);
        }
        return text.toString();
    }

    private static Dataset<Row> sentences(int count, int partitions) {
        var rows = new ArrayList<Row>(count);
        for (long id = 0; id < count; id++) {
            rows.add(RowFactory.create(id, sentence(id)));
        }
        return spark.createDataFrame(rows, SENTENCES).repartition(partitions);
    }

    private static GpuxTransformer transformer() {
        return new GpuxTransformer().setModel(ROOT.resolve("GPUXfile").toString());
    }

    private static float[] floats(Row row, String column) {
        var list = row.<Float>getList(row.fieldIndex(column));
        var floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }

    /** One row a run: in a batch, the int8 model's answers depend a little on the row's neighbours. */
    @Test
    void rowsEqualThoseOfOneProcess() {
        var rows = transformer().setBatchSize(1).transform(sentences(ROWS, 8)).orderBy("id").toLocalIterator();
        long id = 0;
        try (var model = Model.open(Gpuxfile.read(ROOT.resolve("GPUXfile")),
                 OpenOptions.standard().withIntraThreads(1))) {
            for (; rows.hasNext(); id++) {
                var row = rows.next();
                assertEquals(id, row.getLong(0));
                assertEquals(sentence(id), row.getString(1));
                try (var arena = Arena.ofConfined()) {
                    var answer = (Answer.Numbers) model.run(arena, Map.of("text", new Input.Text(sentence(id))))
                        .outcomes().getFirst().answers().get("embedding");
                    assertArrayEquals(((Tensor) answer.value()).floats(), floats(row, "embedding"), "row " + id);
                }
            }
        }
        assertEquals(ROWS, id);
    }

    @Test
    void aKilledExecutorCostsNoRowAndDoublesNone() throws Exception {
        var out = folder.resolve("killed.parquet").toString();
        var job = CompletableFuture.runAsync(() -> transformer().setBatchSize(4).transform(sentences(1200, 24))
            .drop("embedding").write().parquet(out), thread -> Thread.ofPlatform().daemon().start(thread));
        var victims = new ArrayList<ProcessHandle>();
        while (!job.isDone() && victims.isEmpty()) {
            if (Files.exists(Path.of(out)) && countFiles(Path.of(out)) > 0) {
                victims.addAll(cluster.executors().stream().limit(1).toList());
                victims.forEach(ProcessHandle::destroyForcibly);
            }
            Thread.sleep(20);
        }
        job.get(300, TimeUnit.SECONDS);
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
        } catch (java.io.UncheckedIOException e) {
            return 0;
        }
    }

    @Test
    void aModelThatExecutorsCannotOpenFailsTheJobWithItsReason() {
        var transformed = transformer().setRequire("cuda").transform(sentences(4, 2));
        var e = assertThrows(Exception.class, transformed::collectAsList);
        assertTrue(e.getMessage().toLowerCase().contains("cuda"), e.getMessage());
        assertTrue(e.getMessage().contains("ProviderException"), e.getMessage());
    }

    @Test
    void whatIsWrongWithTheModelIsSaidByTheDriver() {
        var none = assertThrows(ModelUnusableException.class,
            () -> new GpuxTransformer().setModel("nowhere/GPUXfile").transform(sentences(1, 1)));
        assertTrue(none.getMessage().contains("nowhere/GPUXfile"), none.getMessage());
        var column = assertThrows(ModelUnusableException.class,
            () -> transformer().transform(sentences(1, 1).withColumnRenamed("text", "texts")));
        assertTrue(column.getMessage().contains("'text' ") || column.getMessage().contains("texts"),
            column.getMessage());
        var type = assertThrows(ModelUnusableException.class,
            () -> transformer().setInputColumn("text", "id").transform(sentences(1, 1)));
        assertTrue(type.getMessage().contains("bigint; expected string"), type.getMessage());
    }

    @Test
    void aBadRowGoesToTheErrorColumnAlone() throws Exception {
        var model = Files.createDirectory(folder.resolve("digits"));
        Files.writeString(model.resolve("GPUXfile"), "model: " + ROOT.resolve("models/cnn_mnist.onnx") + "\n");
        var schema = new StructType().add("id", DataTypes.IntegerType)
            .add("input_image", DataTypes.createArrayType(DataTypes.createArrayType(
                DataTypes.createArrayType(DataTypes.DoubleType))));
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 10; i++) {
            int size = i == 3 ? 27 : 28;
            var picture = new ArrayList<List<Double>>();
            for (int y = 0; y < size; y++) {
                var line = new ArrayList<Double>();
                for (int x = 0; x < 28; x++) {
                    line.add((double) ((x * y * (i + 1)) % 255));
                }
                picture.add(line);
            }
            rows.add(RowFactory.create(i, List.of(picture)));
        }
        var result = new GpuxTransformer().setModel(model.toString()).setBatchSize(10).setErrorColumn("error")
            .transform(spark.createDataFrame(rows, schema).coalesce(1)).orderBy("id").collectAsList();
        assertEquals(10, result.size());
        for (var row : result) {
            boolean bad = row.getInt(0) == 3;
            assertEquals(bad, !row.isNullAt(row.fieldIndex("error")), row.toString());
            assertEquals(bad, row.isNullAt(row.fieldIndex("output_probs")), row.toString());
            if (!bad) {
                assertEquals(10, row.getList(row.fieldIndex("output_probs")).size());
            }
        }
        assertTrue(result.get(3).<String>getAs("error").contains("input_image"), result.get(3).toString());
    }

    @Test
    void aPipelineIsSavedAndLoaded() throws Exception {
        var place = folder.resolve("pipeline").toString();
        new Pipeline().setStages(new PipelineStage[] {transformer().setBatchSize(7)}).fit(sentences(1, 1)).write()
            .overwrite().save(place);
        var loaded = PipelineModel.load(place);
        assertEquals(7, ((GpuxTransformer) loaded.stages()[0]).getOrDefault(
            ((GpuxTransformer) loaded.stages()[0]).batchSize()));
        assertEquals(384, floats(loaded.transform(sentences(1, 1)).first(), "embedding").length);
    }

    @Test
    void aModelIsAFunctionOfSql() {
        transformer().register(spark, "embed");
        sentences(3, 1).createOrReplaceTempView("sentences");
        var rows = spark.sql("select id, embed(text) as vector from sentences order by id").collectAsList();
        var direct = transformer().setBatchSize(1).transform(sentences(3, 1)).orderBy("id").collectAsList();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(floats(direct.get(i), "embedding"), floats(rows.get(i), "vector"));
        }
    }

    @Test
    void parquetInParquetOutBySparkSubmit() throws Exception {
        var in = folder.resolve("in.parquet").toString();
        var out = folder.resolve("out.parquet").toString();
        sentences(20, 2).withColumnRenamed("text", "sentence").write().parquet(in);
        var command = new ArrayList<>(List.of(Cluster.java(), "-cp", System.getProperty("gpux.spark.home") + "/jars/*"));
        command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[1]", "--class",
            "dev.gpux.spark.BatchInference", System.getProperty("gpux.spark.jar"), "--model",
            ROOT.resolve("GPUXfile").toString(), "--input", in, "--output", out, "--column", "text=sentence"));
        var log = folder.resolve("submit.log");
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> read(log));
        assertEquals(20, spark.read().parquet(out).where(col("embedding").isNotNull()).count());
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
