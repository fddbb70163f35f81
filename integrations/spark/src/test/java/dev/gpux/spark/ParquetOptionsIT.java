package dev.gpux.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParquetOptionsIT {
    /** Of values that repeat, so that Parquet keeps its dictionaries unless it is told not to make them. */
    @Test
    void onlyFloatsInArraysHaveNoDictionary(@TempDir Path folder) throws Exception {
        var spark = Sentences.local();
        try {
            var table = spark.sql("select 'a' as text, 1.5f as score, array_repeat(1.5f, 9) as vector, array_repeat(7, 9) as "
                + "ids, array_repeat(named_struct('label', 'x', 'score', 1.5d), 9) as boxes from range(500)").coalesce(1);
            var all = List.of("text", "score", "vector.list.element", "ids.list.element", "boxes.list.element.label",
                "boxes.list.element.score");
            assertEquals(all, withDictionary(table, folder.resolve("plain"), Map.of()));
            assertEquals(all.stream().filter(path -> !Set.of("vector.list.element", "boxes.list.element.score").contains(path))
                .toList(), withDictionary(table, folder.resolve("told"), ParquetOptions.of(table.schema())));
        } finally {
            spark.stop();
        }
    }

    private static List<String> withDictionary(Dataset<Row> table, Path place, Map<String, String> options) throws Exception {
        table.write().options(options).parquet(place.toString());
        var file = Path.of(URI.create(table.sparkSession().read().parquet(place.toString()).inputFiles()[0]));
        try (var reader = ParquetFileReader.open(new LocalInputFile(file))) {
            return reader.getFooter().getBlocks().getFirst().getColumns().stream()
                .filter(ColumnChunkMetaData::hasDictionaryPage).map(chunk -> chunk.getPath().toDotString()).toList();
        }
    }
}
