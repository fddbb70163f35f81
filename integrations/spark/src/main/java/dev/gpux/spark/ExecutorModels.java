package dev.gpux.spark;

import dev.gpux.engine.Model;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.RuntimeSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;

/** The models of this executor: each opened by the first task that needs it, shared by all, closed when the JVM ends. */
final class ExecutorModels {
    /** What distinguishes sessions: the same model on another device, or with other threads, is another session. */
    private record Key(String bundle, List<String> providers, String require, int threads, Optional<String> device) { }

    private static final List<String> WITH_DEVICE_ID = List.of("tensorrt", "cuda", "rocm", "migraphx");
    private static final Map<Key, Model> OPEN = new HashMap<>();

    static {
        // Executors end without telling their tasks' classes.
        Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::close, "gpux-close"));
    }

    private ExecutorModels() { }

    /**
     * The session for a task. Others wait while the first opens it.
     *
     * @throws RuntimeException whatever is wrong with the model on this executor
     */
    static synchronized Model get(Shipment shipment, RunSettings settings) {
        var task = Optional.ofNullable(TaskContext.get());
        // Outside a task, as in a function that the driver evaluates by itself, all is as the GPUXfile says.
        int threads = task.map(TaskContext::cpus).orElse(1);
        var device = task.map(context -> context.resourcesJMap().get("gpu")).map(gpu -> gpu.addresses()[0]);
        return OPEN.computeIfAbsent(
            new Key(shipment.bundle(), settings.providers(), settings.require(), threads, device),
            key -> open(shipment, settings, key));
    }

    private static Model open(Shipment shipment, RunSettings settings, Key key) {
        var stored = shipment.unpack();
        var gpuxfile = Gpuxfile.read(Gpuxfile.locate(stored.folder()).orElseThrow(() ->
            new ModelUnusableException("the driver sent no GPUXfile")));
        return Model.open(key.device().map(device -> on(device, gpuxfile)).orElse(gpuxfile),
            settings.options(key.threads()));
    }

    /** On the GPU that Spark gave the task. */
    private static Gpuxfile on(String device, Gpuxfile gpuxfile) {
        var runtime = gpuxfile.runtime();
        var options = new LinkedHashMap<>(runtime.options());
        for (var provider : WITH_DEVICE_ID) {
            var own = new LinkedHashMap<>(options.getOrDefault(provider, Map.of()));
            own.put("device_id", device);
            options.put(provider, own);
        }
        return DriverModel.withRuntime(gpuxfile, new RuntimeSpec(runtime.providers(), runtime.require(), options,
            runtime.threads(), runtime.memory(), runtime.session(), runtime.customOps(), runtime.library()));
    }

    private static synchronized void close() {
        OPEN.values().forEach(Model::close);
        OPEN.clear();
    }
}
