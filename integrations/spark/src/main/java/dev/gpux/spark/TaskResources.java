package dev.gpux.spark;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.RuntimeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;

/**
 * What Spark gave a task.
 *
 * @param threads {@code spark.task.cpus}
 * @param gpu the address of the first GPU, with {@code spark.task.resource.gpu.amount}
 */
record TaskResources(int threads, Optional<String> gpu) {
    /** The GPU providers that know their device by this option. */
    private static final List<String> WITH_DEVICE_ID = List.of("tensorrt", "cuda", "rocm", "migraphx");

    /** Of the task that runs now; outside of one, as in a function that the driver evaluates by itself, one thread. */
    static TaskResources ofThisTask() {
        return Optional.ofNullable(TaskContext.get()).map(task -> new TaskResources(task.cpus(),
                Optional.ofNullable(task.resourcesJMap().get("gpu")).map(gpus -> gpus.addresses()[0])))
            .orElse(new TaskResources(1, Optional.empty()));
    }

    /** The GPUXfile with the task's GPU as the device of the providers that have one. */
    Gpuxfile on(Gpuxfile gpuxfile) {
        if (gpu.isEmpty()) {
            return gpuxfile;
        }
        var runtime = gpuxfile.runtime();
        var options = new LinkedHashMap<>(runtime.options());
        for (var provider : WITH_DEVICE_ID) {
            var own = new LinkedHashMap<>(options.getOrDefault(provider, Map.of()));
            own.put("device_id", gpu.get());
            options.put(provider, own);
        }
        return DriverModel.withRuntime(gpuxfile, new RuntimeSpec(runtime.providers(), runtime.require(), options,
            runtime.threads(), runtime.memory(), runtime.session(), runtime.customOps(), runtime.library()));
    }

    /** {@code 2 threads, GPU 3}. */
    @Override
    public String toString() {
        return threads + (threads == 1 ? " thread" : " threads") + gpu.map(address -> ", GPU " + address).orElse("");
    }
}
