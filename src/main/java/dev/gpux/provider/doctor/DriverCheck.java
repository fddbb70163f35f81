package dev.gpux.provider.doctor;

import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.natives.Dependencies.Dependency;
import dev.gpux.provider.natives.KnownLibrary;
import java.util.List;
import java.util.Optional;

/** NVIDIA's driver and what the providers want of it. */
record DriverCheck(Optional<CudaDriver> driver, boolean nvidiaHardware) {
    private static final String AREA = "NVIDIA driver";

    List<Finding> examine() {
        if (driver.isEmpty()) {
            return nvidiaHardware ? List.of(Finding.problem(AREA, "there is an NVIDIA GPU, but no driver library "
                + "(libcuda.so.1)", KnownLibrary.of("libcuda.so.1").orElseThrow().install())) : List.of();
        }
        var found = driver.get();
        if (!found.problem().isEmpty()) {
            return List.of(Finding.problem(AREA, "the driver (for CUDA " + found.versionText() + ") does not start: "
                + found.problem(), advice(found.problem())));
        }
        if (found.devices() == 0) {
            return List.of(Finding.problem(AREA, "the driver (for CUDA " + found.versionText() + ") has no GPU for "
                + "this process", "look at nvidia-smi and at CUDA_VISIBLE_DEVICES"));
        }
        return List.of(Finding.ok(AREA, "for CUDA up to " + found.versionText() + ", with " + found.devices()
            + (found.devices() == 1 ? " GPU" : " GPUs")));
    }

    private static String advice(String problem) {
        if (problem.contains("NO_DEVICE")) {
            return "no GPU is visible: look at nvidia-smi and at CUDA_VISIBLE_DEVICES; a container needs --gpus all";
        }
        if (problem.contains("MISMATCH")) {
            return "the driver was updated and the old kernel module still runs: restart the machine";
        }
        return problem.contains("STUB") ? "this is the stub of the CUDA toolkit, for linking only: take its folder "
            + "(…/stubs) out of LD_LIBRARY_PATH" : "look at nvidia-smi and at dmesg";
    }

    /** A runtime of CUDA 13 needs a driver of the 13 series; within a series every driver runs every runtime. */
    static Optional<Finding> tooOld(ProviderInfo info, List<Dependency> dependencies, Optional<CudaDriver> driver) {
        var wanted = dependencies.stream().map(dependency -> KnownLibrary.of(dependency.name()))
            .flatMap(Optional::stream).filter(known -> known.product().equals("CUDA")).map(KnownLibrary::major)
            .flatMap(Optional::stream).mapToInt(Integer::parseInt).max();
        if (wanted.isEmpty() || driver.isEmpty() || driver.get().version() == 0
            || driver.get().version() / 1000 >= wanted.getAsInt()) {
            return Optional.empty();
        }
        return Optional.of(Finding.problem(info.label(), "it is built for CUDA " + wanted.getAsInt() + ", and the "
            + "driver runs CUDA " + driver.get().versionText() + " at most",
            "update NVIDIA's driver, or use a build of ONNX Runtime for CUDA " + driver.get().version() / 1000));
    }
}
