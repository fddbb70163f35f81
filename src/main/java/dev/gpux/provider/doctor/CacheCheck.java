package dev.gpux.provider.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cache folder: libraries are unpacked to it and loaded from it. */
record CacheCheck(Path folder) {
    private static final String AREA = "cache";
    private static final long LITTLE = 1L << 30;

    List<Finding> examine() {
        var existing = folder;
        while (!Files.isDirectory(existing)) {
            existing = existing.toAbsolutePath().getParent();
        }
        var findings = new ArrayList<Finding>();
        if (!Files.isWritable(existing)) {
            findings.add(Finding.problem(AREA, existing + " cannot be written to, so nothing is kept", "set GPUX_CACHE "
                + "to a folder that can be written"));
            return findings;
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            var what = folder + " (" + megabytes(size(folder)) + ", " + megabytes(free) + " free)";
            findings.add(free < LITTLE
                ? Finding.warning(AREA, what, "make room: a GPU build of ONNX Runtime takes 600 MB")
                : Finding.ok(AREA, what));
            if (isNoexec(existing)) {
                findings.add(Finding.problem(AREA, existing + " is on a file system that forbids running code "
                    + "(noexec), so no library can be loaded from it", "set GPUX_CACHE to a folder on another one"));
            }
        } catch (IOException e) {
            findings.add(Finding.warning(AREA, folder + " cannot be looked at: " + e.getMessage(), ""));
        }
        return findings;
    }

    private static long size(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(CacheCheck::sizeOf).sum();
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // Removed in the meantime.
            return 0;
        }
    }

    /** The mount with the longest path that the folder lies in ({@code /proc/self/mounts}, proc(5)). */
    private static boolean isNoexec(Path folder) throws IOException {
        var mounts = Path.of("/proc/self/mounts");
        if (!Files.isReadable(mounts)) {
            return false;
        }
        var real = folder.toRealPath();
        int longest = -1;
        boolean noexec = false;
        for (var line : Files.readAllLines(mounts)) {
            var fields = line.split(" ");
            // A space in a path is written as an octal escape.
            var mount = fields.length < 4 ? "" : fields[1].replace("\\040", " ");
            if (mount.startsWith("/") && real.startsWith(mount) && mount.length() >= longest) {
                longest = mount.length();
                noexec = List.of(fields[3].split(",")).contains("noexec");
            }
        }
        return noexec;
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }
}
