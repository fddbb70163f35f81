package dev.gpux.cli.init;

import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux init}: a GPUXfile for a model that has none. */
public final class InitCommand implements Command {
    private static final String OUTPUT = "--output";
    private static final String FORCE = "--force";
    private static final String STDOUT = "-";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String HUB_FOLDER = "onnx";

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("init", "Write a GPUXfile for a model.",
                "  gpux init model.onnx", "  gpux init model.onnx -o -       show it only",
                "  gpux init                       for the one .onnx file here")
            .addPositional(CommonOptions.words("MODEL", "0..*", "The model's file; by default the one here."))
            .addOption(CommonOptions.option(String.class, "FILE", "Where to write, GPUXfile by default; - is stdout.",
                "-o", OUTPUT))
            .addOption(CommonOptions.flag("Replace a file that is there.", "-f", FORCE));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var model = model(CommonOptions.words(arguments));
        var output = arguments.<String>matchedOptionValue(OUTPUT, Gpuxfile.FILE_NAME);
        boolean json = CommonOptions.has(arguments, CommonOptions.JSON);
        var target = Path.of(output.equals(STDOUT) ? Gpuxfile.FILE_NAME : output);
        if (!output.equals(STDOUT) && Files.exists(target) && !CommonOptions.has(arguments, FORCE)) {
            throw new UsageException("there is a " + target + " already; --force replaces it, -o writes elsewhere");
        }
        var text = draft(model, target.toAbsolutePath().getParent());
        // What is written here must be what gpux reads.
        Gpuxfile.parse(text, target, System.getenv());
        if (!output.equals(STDOUT)) {
            Files.writeString(target, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        }
        if (json) {
            Json.print(terminal, out -> {
                out.writeStartObject();
                out.writeStringField("gpuxfile", output.equals(STDOUT) ? STDOUT : target.toAbsolutePath().toString());
                out.writeStringField("text", text);
                out.writeEndObject();
            });
        } else if (output.equals(STDOUT)) {
            terminal.out().print(text);
        } else {
            terminal.out().println("wrote " + target + " for " + model);
        }
        return ExitCode.OK;
    }

    private static Path model(List<String> words) throws IOException {
        if (words.size() > 1) {
            throw new UsageException("gpux init takes one model");
        }
        if (words.isEmpty()) {
            try (var files = Files.list(Path.of("."))) {
                var models = files.filter(file -> file.toString().endsWith(".onnx")).map(Path::normalize).sorted().toList();
                if (models.size() == 1) {
                    return models.getFirst();
                }
                throw new UsageException(models.isEmpty() ? "there is no .onnx file here; gpux init MODEL"
                    : "which model? " + models);
            }
        }
        var file = Path.of(words.getFirst());
        if (!Files.isRegularFile(file)) {
            throw new ModelException("there is no model file " + file);
        }
        return file;
    }

    private static String draft(Path model, Path folder) throws IOException {
        var name = Gpuxfile.ofModel(model).name();
        var source = path(model, folder);
        var sha256 = Optional.of(ModelFile.sha256(model));
        try (var onnx = OnnxModel.open(model)) {
            return new GpuxfileDraft(ModelSummary.of(onnx), companions(model, folder))
                .text(name, source, sha256, Optional.empty());
        }
    }

    /** Beside the model; model hubs keep them one folder up from {@code onnx/}. */
    private static Companions companions(Path model, Path folder) {
        var companions = new Companions();
        var absolute = model.toAbsolutePath().normalize();
        var file = absolute.getFileName().toString();
        var stem = file.substring(0, Math.max(0, file.lastIndexOf('.')));
        Stream.of(stem + "-" + TOKENIZER, stem + "." + TOKENIZER, stem + "_" + TOKENIZER)
            .map(absolute::resolveSibling).filter(Files::isRegularFile)
            .forEach(named -> companions.add(TOKENIZER, path(named, folder), named));
        var own = absolute.getParent();
        var places = own.endsWith(HUB_FOLDER) ? List.of(own, own.getParent()) : List.of(own);
        for (var place : places) {
            for (var name : Companions.NAMES) {
                var companion = place.resolve(name);
                if (Files.isRegularFile(companion)) {
                    companions.add(name, path(companion, folder), companion);
                }
            }
        }
        return companions;
    }

    /** As the GPUXfile names it: relative where that is possible. */
    private static String path(Path file, Path folder) {
        var absolute = file.toAbsolutePath().normalize();
        var root = folder.normalize();
        boolean sameRoot = absolute.getRoot() != null && absolute.getRoot().equals(root.getRoot());
        return (sameRoot ? root.relativize(absolute) : absolute).toString().replace('\\', '/');
    }
}
