package dev.gpux.provider.doctor;

import dev.gpux.ort.Environment;
import dev.gpux.ort.library.LibraryException;
import dev.gpux.provider.Build;
import dev.gpux.provider.natives.LikelyPlaces;
import dev.gpux.provider.natives.SearchPath;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Looks at everything that can be wrong with a machine: the library and its providers, what they need and do not find,
 * drivers, devices, containers, limits, the cache, telemetry. Changes nothing.
 */
public final class Doctor {
    private final Path cache;
    private final Supplier<Environment> start;

    /**
     * @param cache GPUX's cache folder
     * @param start starts ONNX Runtime, or fails with a {@link LibraryException}, which is a finding
     */
    public Doctor(Path cache, Supplier<Environment> start) {
        this.cache = cache;
        this.start = start;
    }

    /** All findings, the good ones too. */
    public List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        var devices = DeviceCheck.ofMachine();
        var driver = CudaDriver.ask();
        try {
            var environment = start.get();
            var build = Build.current();
            findings.addAll(new LibraryCheck(environment, build).examine());
            findings.addAll(devices.examine(build));
            findings.addAll(new DriverCheck(driver, devices.hasNvidia()).examine());
            findings.addAll(new ProviderCheck(build, SearchPath.ofProcess(), LikelyPlaces.ofMachine(), driver).examine(
                new Selector(build, new ProbeCache(cache.resolve("probes")), UnaryOperator.identity()).survey()));
            findings.addAll(new TelemetryCheck(environment.library()).examine());
        } catch (LibraryException e) {
            findings.add(Finding.problem("ONNX Runtime", e.getMessage(), "give a library that fits with --ort or "
                + "GPUX_ORT"));
            findings.addAll(new DriverCheck(driver, devices.hasNvidia()).examine());
        }
        findings.addAll(ContainerCheck.ofProcess().examine());
        findings.addAll(new CacheCheck(cache).examine());
        findings.addAll(new JavaCheck().examine());
        return List.copyOf(findings);
    }
}
