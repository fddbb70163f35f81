package dev.gpux.spark;

import static dev.gpux.spark.Sentences.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.pipeline.image.PictureReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Each kind of answer as a column, by real models. */
final class ColumnsIT {
    private static final String PLACE = "score:double,box:struct<left:double,top:double,right:double,bottom:double>,"
        + "corners:array<struct<x:double,y:double>>";
    private static final String DETECTOR = """
        inputs: {picture: {type: image}}
        preprocess: [image: {input: picture, size: auto, max: 640, multiple: 32, color: bgr, scale: 1/255,
          mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}]
        postprocess:
        """;

    @TempDir
    private static Path folder;
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Sentences.local();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> page() throws Exception {
        var page = Files.readAllBytes(ROOT.resolve("examples/ocr/page.png"));
        return spark.createDataFrame(List.of(RowFactory.create("page", page)),
            new StructType().add("name", DataTypes.StringType).add("picture", DataTypes.BinaryType));
    }

    private static GpuxTransformer model(String name, String model, String gpuxfile) throws Exception {
        var place = Files.createDirectories(folder.resolve(name)).resolve("GPUXfile");
        Files.writeString(place, "model: " + ROOT.resolve("models").resolve(model) + "\n" + gpuxfile);
        return new GpuxTransformer().setModel(place.toString());
    }

    private static String type(Dataset<Row> table, String column) {
        return table.schema().apply(column).dataType().catalogString();
    }

    @Test
    void partsAreStructsOfAPlaceAndWhatTheOtherModelSays() throws Exception {
        var table = new GpuxTransformer().setModel(ROOT.resolve("examples/ocr").toString()).transform(page());
        assertEquals("array<struct<" + PLACE + ",text:struct<text:string,score:double>>>", type(table, "lines"));
        table.createOrReplaceTempView("pages");
        var lines = spark.sql("select line.text.text, line.text.score, line.box.left from pages "
            + "lateral view explode(lines) as line").collectAsList();
        assertEquals(List.of("Reading a page", "GPUX runs any ONNX model on any accelerator"),
            lines.stream().limit(2).map(line -> line.getString(0)).toList());
        assertTrue(lines.getFirst().getDouble(1) > 0.9, lines.toString());
        assertTrue(lines.getFirst().getDouble(2) > 0, lines.toString());
    }

    /** The picture has no default, so the types are found with one of zeros, on which nothing is found. */
    @Test
    void boxesAreStructsOfALabelAndAPlace() throws Exception {
        var table = model("regions", "ch_PP-OCRv4_det_infer.onnx", DETECTOR + "  - text_regions: {as: regions, score: 0.5}\n")
            .transform(page());
        assertEquals("array<struct<label:string,index:int," + PLACE + ">>", type(table, "regions"));
        var regions = table.first().<Row>getList(2);
        assertEquals(5, regions.size());
        var box = regions.getFirst().<Row>getAs("box");
        var corners = regions.getFirst().<Row>getList(regions.getFirst().fieldIndex("corners"));
        assertEquals(4, corners.size());
        for (var corner : corners) {
            assertTrue(corner.getDouble(0) >= box.getDouble(0) && corner.getDouble(0) <= box.getDouble(2), box.toString());
            assertTrue(corner.getDouble(1) >= box.getDouble(1) && corner.getDouble(1) <= box.getDouble(3), box.toString());
        }
    }

    @Test
    void aPictureIsAPngFile() throws Exception {
        var table = model("mask", "ch_PP-OCRv4_det_infer.onnx", DETECTOR + "  - mask: {as: mask}\n").transform(page());
        assertEquals("binary", type(table, "mask"));
        var mask = PictureReader.read(table.first().<byte[]>getAs("mask"), 1 << 24);
        var page = PictureReader.read(page().first().<byte[]>getAs("picture"), 1 << 24);
        assertEquals(page.width(), mask.width());
        assertEquals(page.height(), mask.height());
    }

    @Test
    void aMapOfScoresIsAMap() throws Exception {
        var pixels = new ArrayList<Float>();
        for (int i = 0; i < 784; i++) {
            pixels.add((float) (i % 255));
        }
        var rows = spark.createDataFrame(List.of(RowFactory.create(pixels), RowFactory.create(pixels)),
            new StructType().add("float_input", DataTypes.createArrayType(DataTypes.FloatType)));
        var table = model("digits", "lr_mnist.onnx", "").transform(rows);
        assertEquals("bigint", type(table, "output_label"));
        assertEquals("map<bigint,float>", type(table, "output_probability"));
        for (var row : table.collectAsList()) {
            var scores = row.<Long, Float>getJavaMap(2);
            assertEquals(10, scores.size());
            assertEquals(1, scores.values().stream().mapToDouble(Float::doubleValue).sum(), 1e-3);
            assertTrue(scores.values().stream().noneMatch(score -> score > scores.get(row.getLong(1))), row.toString());
        }
    }

    @Test
    void whatCannotBeFoundOutHasToBeSaid() throws Exception {
        var audio = model("audio", "cnn_mnist.onnx", """
            inputs: {sound: {type: audio}}
            preprocess:
              - waveform: {input: sound, sample_rate: 16000, as: samples}
              - reshape: {input: samples, shape: [1, 1, 28, 28], as: input_image}
            """);
        var sounds = page().select("picture").withColumnRenamed("picture", "sound");
        var e = assertThrows(ModelUnusableException.class, () -> audio.transform(sounds));
        assertTrue(e.getMessage().contains("setOutputSchema"), e.getMessage());
        assertEquals("array<float>", type(audio.setOutputSchema("output_probs array<float>").transform(sounds), "output_probs"));
    }
}
