package dev.gpux.provider.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The limits that a container or a service manager sets (Linux control groups, version 2 and 1).
 *
 * @param processors what the JVM counts on
 * @param host how many processors the machine has; as {@code processors} if it does not say
 * @param quota how many of them the group may use at once
 * @param memory the group's memory limit in bytes
 * @param heap the most that the JVM's heap may take, in bytes
 */
record ContainerCheck(int processors, int host, OptionalDouble quota, OptionalLong memory, long heap) {
    private static final long LITTLE = 1L << 30;
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    static ContainerCheck ofProcess() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new ContainerCheck(processors, host(processors), readQuota(), readMemory(),
            Runtime.getRuntime().maxMemory());
    }

    static boolean isContainer() {
        return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"))
            || System.getenv("KUBERNETES_SERVICE_HOST") != null || System.getenv("container") != null;
    }

    List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        if (isContainer()) {
            findings.add(Finding.note("container", "this process runs in a container", ""));
        }
        findings.add(processorFinding());
        memory.ifPresent(limit -> findings.add(memoryFinding(limit)));
        return findings;
    }

    private Finding processorFinding() {
        if (quota.isPresent() && quota.getAsDouble() < processors) {
            return Finding.warning("CPU", String.format(Locale.ROOT, "the quota is %.2f processors, and %d threads "
                + "will share it: they are held up when it is used up", quota.getAsDouble(), processors),
                "give a whole number of processors, or fewer threads: --threads "
                    + Math.max(1, (int) quota.getAsDouble()));
        }
        return processors < host
            ? Finding.ok("CPU", processors + " of the machine's " + host + " processors may be used; GPUX gives ONNX "
                + "Runtime as many threads (by itself it would start " + host + ")")
            : Finding.ok("CPU", processors + (processors == 1 ? " processor" : " processors")
                + ", as many threads inside an operator");
    }

    private Finding memoryFinding(long limit) {
        var what = "the limit is " + megabytes(limit) + ", of which Java's heap may take " + megabytes(heap)
            + "; models and tensors lie outside of the heap";
        return limit - heap < LITTLE / 2
            ? Finding.warning("memory", what, "give the container more, or the heap less: GPUX_JAVA_OPTS=-Xmx"
                + Math.max(64, limit / 8 >> 20) + "m")
            : Finding.ok("memory", what);
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }

    private static int host(int otherwise) {
        // "0-63", "0,2-5": the last number is the highest.
        var online = read(Path.of("/sys/devices/system/cpu/online"));
        int from = Math.max(online.lastIndexOf('-'), online.lastIndexOf(',')) + 1;
        return (int) number(online.substring(from)).orElse(otherwise - 1L) + 1;
    }

    private static OptionalDouble readQuota() {
        var two = read(GROUPS.resolve("cpu.max")).split(" ");
        if (two.length == 2) {
            return ratio(number(two[0]), number(two[1]));
        }
        return ratio(number(read(GROUPS.resolve("cpu/cpu.cfs_quota_us"))),
            number(read(GROUPS.resolve("cpu/cpu.cfs_period_us"))));
    }

    private static OptionalDouble ratio(OptionalLong quota, OptionalLong period) {
        return quota.isPresent() && period.isPresent() && quota.getAsLong() > 0 && period.getAsLong() > 0
            ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong()) : OptionalDouble.empty();
    }

    private static OptionalLong readMemory() {
        var limit = number(read(GROUPS.resolve("memory.max")));
        if (limit.isEmpty()) {
            limit = number(read(GROUPS.resolve("memory/memory.limit_in_bytes")));
        }
        // Version 1 writes no limit as the largest number of pages.
        return limit.isPresent() && limit.getAsLong() < 1L << 60 ? limit : OptionalLong.empty();
    }

    private static String read(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static OptionalLong number(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            // "max"
            return OptionalLong.empty();
        }
    }
}
