package dev.gpux.bench;

import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ten million prepared runs of the tiny model; prints the resident memory after every million. Linux only. */
public final class Soak {
    private static final int MILLIONS = 10;

    private Soak() { }

    /** Runs. */
    public static void main(String[] arguments) throws IOException {
        Workload.writeModels();
        try (var options = new SessionOptions().intraOpThreads(1);
             var session = Session.open(Workload.TINY.model(), options);
             var prepared = session.prepare().build()) {
            for (int million = 0; million <= MILLIONS; million++) {
                System.out.printf("after %2d million runs: %,d kB resident%n", million, residentKilobytes());
                for (int i = 0; i < 1_000_000; i++) {
                    prepared.run();
                }
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/self/status has no VmRSS");
    }
}
