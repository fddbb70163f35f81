package dev.gpux.cli;

import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The training run of the AOT cache (JEP 483, JEP 514): what these commands load and link is what later starts find
 * ready. The launcher starts it; it never fails, for a cache is no reason to, and prints nothing but the commands that
 * did not end as they should.
 */
final class AotTraining {
    private static final String GPUXFILE = """
        name: training
        version: 1.0.0
        model: {source: tiny.onnx}
        """;

    /** An input that the tiny model does not have: an error is to be as fast as an answer. */
    private static final String WRONG = "y=1";

    private AotTraining() { }

    /**
     * Runs what people run again and again. Whatever is in the cache, every start takes over, at some microseconds a
     * class: HTTP, TLS and archives, for commands that take seconds anyway, would be 1,800 classes.
     *
     * @param args an empty folder to work in; then, if there are any, models that people are likely to run
     */
    public static void main(String[] args) throws IOException {
        var folder = Path.of(args[0]);
        var tiny = writeTinyModel(folder).toString();
        var gpuxfile = Files.writeString(folder.resolve("GPUXfile"), GPUXFILE).toString();
        var x = "x=[[1, 2.5, -3e2]]";
        var commands = new ArrayList<>(List.of(
            List.of("run", tiny, "-i", "x=[[1, 2.5, -3]]"),
            List.of("run", tiny, "-i", x),
            List.of("run", tiny, "-i", x, "--json"),
            List.of("run", gpuxfile, "-i", "{\"x\": [[1, 2, 3]]}"),
            List.of("run", gpuxfile, "-i", WRONG),
            List.of("inspect", tiny),
            List.of("version"),
            List.of("list"),
            List.of("--help"),
            List.of("run", "--help")));
        for (var model : List.of(args).subList(1, args.length)) {
            commands.add(List.of("run", model));
            commands.add(List.of("run", model, "--json"));
            commands.add(List.of("inspect", model));
        }
        try (var nowhere = TextStream.of(OutputStream.nullOutputStream())) {
            var terminal = new Terminal(InputStream.nullInputStream(), nowhere, nowhere, true, false);
            for (var command : commands) {
                var code = Main.run(command.toArray(String[]::new), terminal);
                if ((code == ExitCode.OK) == command.contains(WRONG)) {
                    System.err.println("gpux: training: " + code + ": " + String.join(" ", command));
                }
            }
        }
        // The real streams are set up as well, but nothing goes through them; and the process ends as all do.
        Interruption.listen();
        Main.end(ExitCode.OK, Terminal.ofProcess(System.getenv()));
    }

    private static Path writeTinyModel(Path folder) throws IOException {
        var model = ModelBuilder.create()
            .input("x", OnnxDataType.FLOAT, "N", 3)
            .node("Softmax", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "N", 3)
            .build();
        var file = folder.resolve("tiny.onnx");
        OnnxWriter.write(model, file);
        return file;
    }
}
