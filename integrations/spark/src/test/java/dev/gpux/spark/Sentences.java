package dev.gpux.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of sentences, the same at every call, and the root example, which makes vectors of them. */
final class Sentences {
    /** The repository. */
    static final Path ROOT = Path.of(System.getProperty("gpux.root")).toAbsolutePath().normalize();

    private static final StructType SCHEMA = new StructType()
        .add("id", DataTypes.LongType, false).add("text", DataTypes.StringType, true);
    private static final String[] WORDS = ("a the cat dog sat ran quickly on under mat house river, blue green old new "
        + "stone bird sings loud when rain falls and wind blows across fields of golden wheat").split(" ");

    private Sentences() { }

    /** The sentence of a row: 3 to 11 words. */
    static String of(long id) {
        var text = new StringBuilder();
        long seed = id * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < 3 + (id % 9); i++) {
            seed = seed * 6364136223846793005L + 1442695040888963407L;
            text.append(i == 0 ? "" : " ").append(WORDS[(int) ((seed >>> 33) % WORDS.length)]);
        }
        return text.toString();
    }

    /** Rows {@code id, text}. */
    static Dataset<Row> table(SparkSession spark, int count, int partitions) {
        var rows = new ArrayList<Row>(count);
        for (long id = 0; id < count; id++) {
            rows.add(RowFactory.create(id, of(id)));
        }
        return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
    }

    /** The root example. */
    static GpuxTransformer transformer() {
        return new GpuxTransformer().setModel(ROOT.resolve("GPUXfile").toString());
    }

    /** A row's column of floats. */
    static float[] floats(Row row, String column) {
        var list = row.<Float>getList(row.fieldIndex(column));
        var floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }

    /** An application of one executor in this JVM, to be stopped. */
    static SparkSession local() {
        return SparkSession.builder().master("local[1]").appName("gpux-test").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", 1).getOrCreate();
    }
}
