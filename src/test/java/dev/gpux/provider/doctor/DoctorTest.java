package dev.gpux.provider.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.Environment;
import dev.gpux.ort.library.LibraryLoader;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.provider.Build;
import dev.gpux.provider.doctor.DeviceCheck.Card;
import dev.gpux.provider.doctor.Finding.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor on this machine as it is, and its single checks on machines that are worse off. */
class DoctorTest {
    private static final long GIGABYTE = 1L << 30;
    private static final Build CPU = new Build("1.29.0", Path.of("lib.so"), List.of("CPUExecutionProvider"));
    private static final Build AMD = new Build("1.22.0", Path.of("lib.so"),
        List.of("ROCMExecutionProvider", "CPUExecutionProvider"));

    @TempDir
    Path folder;

    private static String text(List<Finding> findings) {
        return findings.stream().map(finding -> finding.level() + " " + finding.area() + ": " + finding.what() + " -> "
            + finding.advice()).collect(Collectors.joining("\n"));
    }

    private static void says(List<Finding> findings, Level level, String... words) {
        var found = findings.stream().filter(finding -> finding.level() == level)
            .filter(finding -> List.of(words).stream().allMatch(word -> (finding.what() + " " + finding.advice())
                .contains(word))).toList();
        assertFalse(found.isEmpty(), () -> level + " " + List.of(words) + " in:\n" + text(findings));
    }

    @Test
    void thisMachineIsExamined() {
        var findings = new Doctor(folder, Environment::get).examine();
        for (var area : List.of("ONNX Runtime", "telemetry", "CPU", "cache", "Java")) {
            assertTrue(findings.stream().anyMatch(finding -> finding.area().equals(area)), () -> text(findings));
        }
        says(findings, Level.OK, "turned off before the library was loaded");
        says(findings, Level.OK, "no file of it is open");
        says(findings, Level.OK, Environment.get().library().path().toString());
        for (var finding : findings) {
            boolean bad = finding.level() == Level.WARNING || finding.level() == Level.PROBLEM;
            assertTrue(!bad || !finding.advice().isEmpty(), () -> "what to do about " + finding);
            assertFalse(finding.what().isBlank());
        }
    }

    @Test
    void withoutALibraryTheRestIsExaminedAllTheSame() {
        var findings = new Doctor(folder, () -> {
            LibraryLoader.load(LibraryRequest.standard().withExplicit(folder.resolve("nowhere")));
            return Environment.get();
        }).examine();
        says(findings, Level.PROBLEM, "nowhere does not exist", "--ort");
        assertTrue(findings.stream().anyMatch(finding -> finding.area().equals("cache")), () -> text(findings));
    }

    private static List<Finding> devices(boolean container, List<String> nodes, Build build, String... vendors) {
        var cards = List.of(vendors).stream().map(vendor -> new Card(vendor, "0000:01:00.0")).toList();
        return new DeviceCheck(cards, nodes, container).examine(build);
    }

    @Test
    void aContainerWithoutGpuFlagsIsToldWhichFlags() {
        says(devices(true, List.of(), CPU, "0x10de"), Level.PROBLEM, "/dev/nvidia0", "--gpus all");
        says(devices(false, List.of(), CPU, "0x10de"), Level.PROBLEM, "/dev/nvidia0", "modprobe nvidia");
        says(devices(true, List.of(), AMD, "0x1002"), Level.PROBLEM, "/dev/kfd", "--device /dev/kfd");
        says(devices(false, List.of(), AMD, "0x1002"), Level.PROBLEM, "/dev/kfd", "amdgpu");
    }

    @Test
    void aBuildWithoutProvidersIsNotedWhereThereIsAGpu() {
        says(devices(false, List.of("/dev/null"), CPU, "0x10de"), Level.NOTE, "has nothing for it", "onnxruntime_gpu");
        says(devices(false, List.of(), CPU), Level.NOTE, "none is known to the system");
    }

    @Test
    void aDeviceFileThatMayNotBeUsedIsAProblem() {
        says(devices(false, List.of(folder.resolve("renderD128").toString()), CPU), Level.PROBLEM,
            "this user may not use", "usermod -aG");
    }

    @Test
    void aQuotaThatIsNoWholeProcessorIsAWarning() {
        says(new ContainerCheck(2, 64, OptionalDouble.of(1.5), OptionalLong.empty(), GIGABYTE).examine(), Level.WARNING,
            "1.50 processors", "--threads 1");
        says(new ContainerCheck(2, 64, OptionalDouble.of(2), OptionalLong.empty(), GIGABYTE).examine(), Level.OK,
            "2 of the machine's 64 processors");
        says(new ContainerCheck(8, 8, OptionalDouble.empty(), OptionalLong.empty(), GIGABYTE).examine(), Level.OK,
            "8 processors");
    }

    @Test
    void littleMemoryIsAWarning() {
        says(new ContainerCheck(2, 2, OptionalDouble.empty(), OptionalLong.of(GIGABYTE), GIGABYTE).examine(),
            Level.WARNING, "1024 MB", "-Xmx128m");
        says(new ContainerCheck(2, 2, OptionalDouble.empty(), OptionalLong.of(8 * GIGABYTE), GIGABYTE).examine(),
            Level.OK, "8192 MB");
    }

    @Test
    void aCacheThatIsNoFolderIsLookedForAboveIt() throws Exception {
        says(new CacheCheck(folder.resolve("a/b/c")).examine(), Level.OK, "a/b/c (0 MB");
        Files.write(folder.resolve("file"), new byte[3 << 20]);
        says(new CacheCheck(folder).examine(), Level.OK, "(3 MB");
    }

    @Test
    void noexecIsFoundWhereTheSystemHasSuchAMount() {
        // /proc is mounted so on every Linux; nobody would put a cache there, but it is a real mount.
        if (Files.isDirectory(Path.of("/proc/self"))) {
            var findings = new CacheCheck(Path.of("/proc/self")).examine();
            says(findings, Level.PROBLEM, findings.size() == 1 ? "cannot be written to" : "noexec");
        }
    }

    @Test
    void theDriverIsJudged() {
        assertEquals(List.of(), new DriverCheck(Optional.empty(), false).examine());
        says(new DriverCheck(Optional.empty(), true).examine(), Level.PROBLEM, "no driver library", "nvidia-smi");
        says(driver(12040, 2, ""), Level.OK, "CUDA up to 12.4", "2 GPUs");
        says(driver(12040, 0, ""), Level.PROBLEM, "no GPU for this process", "CUDA_VISIBLE_DEVICES");
        says(driver(12040, 0, "CUDA_ERROR_NO_DEVICE (100)"), Level.PROBLEM, "CUDA_ERROR_NO_DEVICE", "--gpus all");
        says(driver(12040, 0, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)"), Level.PROBLEM, "restart the machine");
        says(driver(0, 0, "CUDA_ERROR_STUB_LIBRARY (34)"), Level.PROBLEM, "LD_LIBRARY_PATH");
    }

    private static List<Finding> driver(int version, int devices, String problem) {
        return new DriverCheck(Optional.of(new CudaDriver(version, devices, problem)), true).examine();
    }
}
