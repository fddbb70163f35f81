package dev.gpux.cli.run;

import dev.gpux.cli.common.UsageException;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An {@code -i} that stands for many sets of inputs: {@code -} for NDJSON on stdin, {@code @FILE.ndjson}, or
 * {@code NAME=@FOLDER}.
 *
 * @param argument that argument
 * @param constant the other ones, which hold for each set
 */
public record ManyInputs(String argument, List<String> constant) {
    /** The argument that stands for many, if there is one. */
    public static Optional<ManyInputs> among(List<String> arguments) {
        var many = arguments.stream().filter(argument -> isLines(argument) || folder(argument).isPresent()).toList();
        if (many.size() > 1) {
            throw new UsageException("one -i may stand for many inputs, not " + many.size() + ": "
                + String.join(", ", many));
        }
        return many.stream().findFirst().map(argument -> new ManyInputs(argument,
            arguments.stream().filter(other -> !other.equals(argument)).toList()));
    }

    /**
     * Whether arguments that were not read yet might have one, with which a run has several threads: no argument can be
     * one, in any way to write it, that has no {@code @} and no {@code -} at its end.
     */
    static boolean mayBeAmong(List<String> unread) {
        return unread.stream().anyMatch(argument -> argument.contains("@") || argument.endsWith("-"));
    }

    private static boolean isLines(String argument) {
        var name = argument.toLowerCase(Locale.ROOT);
        return name.equals("-") || name.startsWith("@") && (name.endsWith(".ndjson") || name.endsWith(".jsonl"));
    }

    private static Optional<Path> folder(String argument) {
        int value = argument.indexOf("=@");
        if (value <= 0 || value + 2 == argument.length() || argument.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(argument.substring(value + 2))).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Opens it. */
    public ItemSource open(InputStream stdin) throws IOException {
        if (argument.equals("-")) {
            return new Lines(stdin, OptionalLong.empty());
        }
        var folder = folder(argument);
        if (folder.isPresent()) {
            return new FolderFiles(argument.substring(0, argument.indexOf("=@")), folder.get());
        }
        var file = Path.of(argument.substring(1));
        try {
            return new Lines(Files.newInputStream(file), OptionalLong.of(Files.size(file)));
        } catch (NoSuchFileException e) {
            throw new PipelineException("there is no file " + file, e);
        }
    }
}
