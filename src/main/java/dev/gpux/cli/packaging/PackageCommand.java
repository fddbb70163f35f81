package dev.gpux.cli.packaging;

import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.common.Version;
import dev.gpux.ort.library.LibraryLoader;
import dev.gpux.ort.library.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux package}: a folder and a tar.gz that run where there is no Java. */
public final class PackageCommand implements Command {
    private static final String OUTPUT = "--output";
    private static final String SUFFIX = ".tar.gz";

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("package", "Make a folder, and a tar.gz of it, that run GPUX on machines without "
                + "Java: a Java runtime, ONNX Runtime for this platform, an AOT cache.",
                "  gpux package                                   gpux-VERSION-PLATFORM and .tar.gz, here",
                "  gpux package -o /tmp/gpux                      /tmp/gpux and /tmp/gpux.tar.gz",
                "  gpux package --ort onnxruntime_gpu.jar         with the ONNX Runtime in this archive",
                "  env -i ./gpux-VERSION-PLATFORM/gpux run model.onnx")
            .addOption(CommonOptions.option(Path.class, "FOLDER", "Where to write.", "-o", OUTPUT))
            .addOption(CommonOptions.option(Path.class, "PATH",
                "The ONNX Runtime to pack: a library file, a folder, or an archive with one.", CommonOptions.ORT));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var platform = Platform.current();
        if (platform.os() == Platform.Os.WINDOWS) {
            throw new UsageException("gpux package makes packages for Linux and macOS, on these systems");
        }
        var folder = arguments.<Path>matchedOptionValue(OUTPUT,
            Path.of("gpux-" + Version.GPUX + "-" + platform.folder())).toAbsolutePath().normalize();
        var archive = folder.resolveSibling(folder.getFileName() + SUFFIX);
        for (var file : new Path[] {folder, archive}) {
            if (Files.exists(file)) {
                throw new UsageException(file + " is there already; remove it, or name another folder with -o");
            }
        }
        if (!Files.isDirectory(folder.getParent())) {
            throw new UsageException("there is no folder " + folder.getParent());
        }
        var jar = ProgramJar.running();
        var library = LibraryLoader.load(OrtLibrary.request(arguments, Optional.empty()));
        boolean quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        var part = folder.resolveSibling("." + folder.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            new Making(part, step -> {
                if (!quiet) {
                    terminal.err().println(step + "…");
                }
            }).make(jar, library.path(), archive);
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTree.delete(part);
        }
        report(arguments, terminal, folder, archive);
        return ExitCode.OK;
    }

    private static void report(ParseResult arguments, Terminal terminal, Path folder, Path archive) throws IOException {
        long unpacked = FileTree.bytes(folder);
        long packed = Files.size(archive);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("folder", folder.toString());
                json.writeNumberField("folder_bytes", unpacked);
                json.writeStringField("archive", archive.toString());
                json.writeNumberField("archive_bytes", packed);
                json.writeEndObject();
            });
        } else if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
            terminal.err().println("wrote " + folder + ", " + Quantity.bytes(unpacked));
            terminal.err().println("wrote " + archive + ", " + Quantity.bytes(packed));
        }
    }
}
