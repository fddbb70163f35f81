package dev.gpux.cli.tune;

import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.OptimizeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.OptionalInt;

/** Puts a setting into a GPUXfile, as one line more; all else stays as its author wrote it. */
final class TunedGpuxfile {
    private static final String RUNTIME = "runtime:";

    private TunedGpuxfile() { }

    /**
     * Writes threads and spinning, which hold on every provider.
     *
     * @throws OptimizeException if there is no GPUXfile, or it has threads already
     * @throws IOException if it cannot be written
     */
    static void write(Gpuxfile gpuxfile, Tuning tuning) throws IOException {
        var file = gpuxfile.source();
        if (!Gpuxfile.isGpuxfile(file)) {
            throw new OptimizeException("--write needs a GPUXfile, and " + file + " is a model; 'gpux init' makes one");
        }
        var line = "  threads: {intra: " + tuning.threads() + ", spin: " + tuning.spin() + "}";
        var text = with(Files.readString(file), line);
        var parsed = Gpuxfile.parse(text, file, System.getenv());
        if (!parsed.runtime().threads().intra().equals(OptionalInt.of(tuning.threads()))) {
            throw new OptimizeException("cannot change " + file + "; put into it, below runtime:\n" + line);
        }
        replace(file, text);
    }

    private static String with(String text, String line) {
        var lines = new ArrayList<>(text.lines().toList());
        int runtime = lines.indexOf(RUNTIME);
        if (runtime >= 0) {
            boolean threads = lines.stream().skip(runtime + 1L).takeWhile(each -> each.isBlank() || each.startsWith(" ")
                || each.startsWith("#")).anyMatch(each -> each.strip().startsWith("threads:"));
            if (threads) {
                throw new OptimizeException("the GPUXfile has runtime.threads already; change it to\n" + line);
            }
            lines.add(runtime + 1, line);
        } else {
            lines.add("");
            lines.add(RUNTIME);
            lines.add(line);
        }
        return String.join("\n", lines) + "\n";
    }

    private static void replace(Path file, String text) throws IOException {
        var real = file.toRealPath();
        var part = real.resolveSibling("." + real.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
