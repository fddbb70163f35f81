package dev.gpux.spark;

import dev.gpux.engine.Model;
import dev.gpux.gpuxfile.Gpuxfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of this executor: each opened by the first task that needs it, shared by all, closed when the JVM ends. */
final class ExecutorModels {
    /** What distinguishes sessions: the same model on another device, or with other threads, is another session. */
    private record Key(String bundle, List<String> providers, String require, TaskResources resources) { }

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);
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
        var resources = TaskResources.ofThisTask();
        return OPEN.computeIfAbsent(new Key(shipment.bundle(), settings.providers(), settings.require(), resources),
            _ -> open(shipment, settings, resources));
    }

    private static Model open(Shipment shipment, RunSettings settings, TaskResources resources) {
        long start = System.nanoTime();
        var stored = shipment.unpack();
        var gpuxfile = Gpuxfile.read(Gpuxfile.locate(stored.folder()).orElseThrow(() ->
            new ModelUnusableException("the driver sent no GPUXfile")));
        var model = Model.open(resources.on(gpuxfile), settings.options(resources.threads()));
        LOG.info("gpux: {} on {}, {}, opened in {} ms", gpuxfile.name(), model.provider(), resources,
            (System.nanoTime() - start) / 1_000_000);
        return model;
    }

    /** Ends what still runs: Spark has given its tasks up. */
    private static synchronized void close() {
        OPEN.values().forEach(Model::terminate);
        OPEN.values().forEach(Model::close);
        // Not to the log, which may have ended before.
        System.err.println("gpux: closed " + OPEN.size() + (OPEN.size() == 1 ? " session" : " sessions"));
        OPEN.clear();
    }
}
