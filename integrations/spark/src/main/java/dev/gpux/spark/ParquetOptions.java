package dev.gpux.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * How a table with a model's outputs is best written as Parquet. Parquet collects the values of each column in a
 * dictionary, in the hope that they repeat, until it has grown too large; the numbers of vectors do not, and the attempt
 * costs more than all else that is done with a row outside the model.
 */
public final class ParquetOptions {
    private ParquetOptions() { }

    /** For {@code DataFrameWriter.options}: no dictionary for floats in arrays. */
    public static Map<String, String> of(StructType schema) {
        var options = new LinkedHashMap<String, String>();
        for (var field : schema.fields()) {
            add(options, field.dataType(), field.name(), false);
        }
        return options;
    }

    /** The names are those of the Parquet format for lists and maps. */
    private static void add(Map<String, String> options, DataType type, String path, boolean inArray) {
        switch (type) {
            case ArrayType array -> add(options, array.elementType(), path + ".list.element", true);
            case MapType map -> add(options, map.valueType(), path + ".key_value.value", inArray);
            case StructType struct -> {
                for (var field : struct.fields()) {
                    add(options, field.dataType(), path + "." + field.name(), inArray);
                }
            }
            case FloatType _, DoubleType _ when inArray -> options.put("parquet.enable.dictionary#" + path, "false");
            default -> { }
        }
    }
}
