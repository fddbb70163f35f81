package dev.gpux.spark;

import static dev.gpux.spark.Sentences.ROOT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import py4j.Gateway;

/** What needs Spark, but no cluster. */
final class TransformerIT {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Sentences.local();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> sentences(int count) {
        return Sentences.table(spark, count, 1);
    }

    @Test
    void whatIsWrongWithTheModelIsSaidByTheDriver() {
        var none = assertThrows(ModelUnusableException.class,
            () -> new GpuxTransformer().setModel("nowhere/GPUXfile").transform(sentences(1)));
        assertTrue(none.getMessage().contains("nowhere/GPUXfile"), none.getMessage());
        var type = assertThrows(ModelUnusableException.class,
            () -> Sentences.transformer().setInputColumn("text", "id").transform(sentences(1)));
        assertEquals("the input 'text: text' reads the column 'id', which is bigint; expected string", type.getMessage());
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithTheOneThatWasMeant() {
        var typo = assertThrows(ModelUnusableException.class,
            () -> Sentences.transformer().transform(sentences(1).withColumnRenamed("text", "texts")));
        assertEquals("the input 'text: text' reads the column 'text', which is not there; did you mean \"texts\"?",
            typo.getMessage());
        var other = assertThrows(ModelUnusableException.class,
            () -> Sentences.transformer().transform(sentences(1).withColumnRenamed("text", "sentence")));
        assertEquals("the input 'text: text' reads the column 'text', which is not there; there are id, sentence; "
            + "setInputColumn(\"text\", …) names another", other.getMessage());
    }

    /** The first try of the whole batch does not count, nor does the bad row as a row that was run. */
    @Test
    void aBadRowGoesToTheErrorColumnAlone(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("GPUXfile"), "model: " + ROOT.resolve("models/cnn_mnist.onnx") + "\n");
        var schema = new StructType().add("id", DataTypes.IntegerType)
            .add("input_image", DataTypes.createArrayType(DataTypes.createArrayType(
                DataTypes.createArrayType(DataTypes.DoubleType))));
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 10; i++) {
            rows.add(RowFactory.create(i, List.of(picture(i, i == 3 ? 27 : 28))));
        }
        var result = new ArrayList<Row>();
        var counted = Counted.by(spark, () -> result.addAll(new GpuxTransformer().setModel(folder.toString())
            .setBatchSize(10).setErrorColumn("error").transform(spark.createDataFrame(rows, schema).coalesce(1))
            .collectAsList()));
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
        assertEquals(9, counted.get("gpux.rows"));
        assertEquals(9, counted.get("gpux.batches"));
        assertEquals(1, counted.get("gpux.errors"));
    }

    private static List<List<Double>> picture(int number, int height) {
        var picture = new ArrayList<List<Double>>();
        for (int y = 0; y < height; y++) {
            var line = new ArrayList<Double>();
            for (int x = 0; x < 28; x++) {
                line.add((double) ((x * y * (number + 1)) % 255));
            }
            picture.add(line);
        }
        return picture;
    }

    @Test
    void whatATaskRanIsCounted() throws Exception {
        var counted = Counted.by(spark, () -> Sentences.transformer().setBatchSize(8).transform(sentences(20).coalesce(1))
            .collectAsList());
        assertEquals(20, counted.get("gpux.rows"));
        assertEquals(3, counted.get("gpux.batches"));
        // Spark keeps no zeros.
        assertFalse(counted.containsKey("gpux.errors"), counted.toString());
        assertTrue(counted.get("gpux.run_ms") > 0, counted.toString());
    }

    @Test
    void aPipelineIsSavedAndLoaded(@TempDir Path folder) throws Exception {
        var place = folder.resolve("pipeline").toString();
        new Pipeline().setStages(new PipelineStage[] {Sentences.transformer().setBatchSize(7)}).fit(sentences(1)).write()
            .overwrite().save(place);
        var loaded = PipelineModel.load(place);
        assertEquals(7, ((GpuxTransformer) loaded.stages()[0]).getOrDefault(
            ((GpuxTransformer) loaded.stages()[0]).batchSize()));
        assertEquals(384, Sentences.floats(loaded.transform(sentences(1)).first(), "embedding").length);
    }

    /** The calls of the README's lines for PySpark, by the library through which Python makes them. */
    @Test
    void pythonCallsItByName() throws Exception {
        var python = new Gateway(null);
        python.startup();
        var transformer = called(python, python.invoke("dev.gpux.spark.GpuxTransformer", List.of("embedder")).getName());
        assertEquals("embedder", assertInstanceOf(GpuxTransformer.class, transformer).uid());
        var id = python.putNewObject(transformer);
        python.invoke("setModel", id, List.of(ROOT.resolve("GPUXfile").toString()));
        python.invoke("setBatchSize", id, List.of(32));
        python.invoke("setInputColumn", id, List.of("text", "text"));
        python.invoke("setProviders", id, List.of(new ArrayList<>(List.of("cpu"))));
        var result = called(python, python.invoke("transform", id, List.of(sentences(1))).getName());
        var direct = Sentences.floats((Row) ((Dataset<?>) result).first(), "embedding");
        python.invoke("register", id, List.of(spark, "embed"));
        sentences(1).createOrReplaceTempView("sentences");
        var row = spark.sql("select embed(text) as embedding from sentences").first();
        assertArrayEquals(direct, Sentences.floats(row, "embedding"));
    }

    private static Object called(Gateway python, String id) {
        return python.getObject(id);
    }

    @Test
    void aModelThatWasDamagedOnItsWayIsRefused(@TempDir Path folder) throws Exception {
        var gpuxfile = folder.resolve("GPUXfile");
        Files.writeString(gpuxfile, "name: damaged\nmodel: " + ROOT.resolve("models/cnn_mnist.onnx") + "\n");
        var whole = DriverModel.of(gpuxfile.toString(), "").ship(spark);
        var bytes = whole.parts().getLast().value().clone();
        bytes[bytes.length / 2] ^= 1;
        var part = Files.write(folder.resolve("part"), bytes);
        var parts = new ArrayList<>(whole.parts().subList(0, whole.parts().size() - 1));
        parts.addAll(Shipment.of(spark.sparkContext(), whole.bundle(), part).parts());
        var e = assertThrows(ModelUnusableException.class,
            () -> new Shipment(whole.bundle(), whole.size(), parts).unpack());
        assertTrue(e.getMessage().contains("is not what its name says"), e.getMessage());
        assertTrue(Files.isDirectory(whole.unpack().folder()));
    }

    @Test
    void theGpuOfATaskIsTheDeviceOfEachGpuProvider() {
        var gpuxfile = Gpuxfile.read(ROOT.resolve("GPUXfile"));
        var options = new TaskResources(2, Optional.of("3")).on(gpuxfile).runtime().options();
        for (var provider : List.of("tensorrt", "cuda", "rocm", "migraphx")) {
            assertEquals(Map.of("device_id", "3"), options.get(provider), provider);
        }
        assertEquals(gpuxfile, new TaskResources(2, Optional.empty()).on(gpuxfile));
    }
}
