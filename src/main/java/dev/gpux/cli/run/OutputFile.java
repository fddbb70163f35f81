package dev.gpux.cli.run;

import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Outcome;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.image.PngWriter;
import dev.gpux.tensorio.TensorFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;

/** Writes the outcome of a run to a file, for {@code -o}. */
final class OutputFile {
    private OutputFile() { }

    /** @param picture where a picture comes from, if that is wanted */
    static void write(Path file, Outcome outcome, OutputPicture picture) {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            try {
                Files.write(file, PngWriter.write(picture.of(outcome)));
                return;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
        var values = new LinkedHashMap<String, Value>();
        outcome.answers().forEach((name, answer) -> {
            if (!(answer instanceof Answer.Numbers(var value))) {
                throw new UsageException("-o writes tensors, and '" + name + "' is not one; use --json > " + file);
            }
            values.put(name, value);
        });
        try {
            TensorFiles.write(file, values);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
