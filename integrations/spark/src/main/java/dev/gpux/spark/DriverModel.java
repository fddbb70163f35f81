package dev.gpux.spark;

import dev.gpux.engine.BundleContents;
import dev.gpux.engine.InputSlot;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.RuntimeSpec;
import dev.gpux.store.Archive;
import dev.gpux.store.Manifest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A model as the driver sees it: opened once on its CPU, to say what is wrong and what it gives, and packed. */
final class DriverModel {
    private final Gpuxfile gpuxfile;
    private final List<InputSlot> inputs;
    private final StructType outputs;
    private final Path archive;
    private final String bundle;
    private final Map<String, Shipment> shipments = new ConcurrentHashMap<>();

    private DriverModel(Gpuxfile gpuxfile, List<InputSlot> inputs, StructType outputs, Path archive,
                        String bundle) {
        this.gpuxfile = gpuxfile;
        this.inputs = inputs;
        this.outputs = outputs;
        this.archive = archive;
        this.bundle = bundle;
    }

    /**
     * Opens and packs a model.
     *
     * @param model a GPUXfile, a folder with one, a model's file, or a name in the local store
     * @param outputSchema the types of the outputs in DDL; empty to run the model once
     * @throws ModelUnusableException with the reason, if the model cannot be used
     */
    static DriverModel of(String model, String outputSchema) {
        try {
            var gpuxfile = read(model);
            var text = Gpuxfile.isGpuxfile(gpuxfile.source()) ? Optional.of(Gpuxfile.readText(gpuxfile.source()))
                : Optional.<String>empty();
            try (var opened = Model.open(onAnyMachine(gpuxfile), OpenOptions.standard().withProviders(List.of("cpu")))) {
                var outputs = outputSchema.isEmpty() ? OutputTypes.of(opened) : StructType.fromDDL(outputSchema);
                var folder = Files.createTempDirectory("gpux-spark-");
                return pack(gpuxfile, opened, outputs, BundleContents.of(opened, text), folder);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ModelUnusableException("cannot read the model '" + model + "': " + e.getMessage(), e);
        }
    }

    private static Gpuxfile read(String model) throws IOException {
        var path = Path.of(model);
        if (Files.exists(path)) {
            var file = Gpuxfile.locate(path).orElseThrow(() ->
                new ModelUnusableException("the folder '" + model + "' has no GPUXfile"));
            return Gpuxfile.isGpuxfile(file) ? Gpuxfile.read(file) : Gpuxfile.ofModel(file);
        }
        var name = ModelName.parse(model);
        if (name.isPresent()) {
            // In use until the driver ends: a file of it may be read late.
            var stored = Store.local(System.getenv()).open(name.get());
            if (stored.isPresent()) {
                return Gpuxfile.read(Gpuxfile.locate(stored.get().folder()).orElseThrow(() ->
                    new ModelUnusableException("the model '" + model + "' in the store has no GPUXfile")));
            }
        }
        throw new ModelUnusableException("there is no model '" + model + "': no such file or folder on the driver, and "
            + "none of this name in its store");
    }

    /** Without what only the executors must have. */
    private static Gpuxfile onAnyMachine(Gpuxfile gpuxfile) {
        var runtime = gpuxfile.runtime();
        return withRuntime(gpuxfile, new RuntimeSpec(List.of(), Optional.empty(), Map.of(), runtime.threads(),
            runtime.memory(), runtime.session(), runtime.customOps(), runtime.library()));
    }

    static Gpuxfile withRuntime(Gpuxfile of, RuntimeSpec runtime) {
        return new Gpuxfile(of.name(), of.version(), of.description(), of.model(), runtime, of.inputs(),
            of.preprocess(), of.postprocess(), of.serve(), of.tests(), of.state(), of.source(), of.notes());
    }

    private static DriverModel pack(Gpuxfile gpuxfile, Model opened, StructType outputs, BundleContents contents,
                                    Path folder) throws IOException {
        var store = Store.at(folder.resolve("store"));
        try (var staging = store.stage()) {
            var entries = new ArrayList<Manifest.Entry>();
            for (var file : contents.files().entrySet()) {
                entries.add(staging.add(file.getKey(), file.getValue()));
            }
            entries.add(staging.add(contents.gpuxfilePath(),
                contents.gpuxfileText().getBytes(StandardCharsets.UTF_8)));
            staging.commit(Map.of(Shipment.NAME, new Manifest(entries)));
        }
        var bundle = store.find(Shipment.NAME).orElseThrow(() ->
            new ModelException("the packed model is gone from " + folder)).bundle().hex();
        var archive = folder.resolve("gpux-" + bundle.substring(0, 32) + ".tar");
        try (var out = Files.newOutputStream(archive)) {
            Archive.save(store, List.of(Shipment.NAME), out);
        }
        delete(store.home());
        folder.toFile().deleteOnExit();
        archive.toFile().deleteOnExit();
        return new DriverModel(gpuxfile, opened.inputs(), outputs, archive, bundle);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Hands the model to Spark, once for each application. */
    Shipment ship(SparkSession spark) {
        return shipments.computeIfAbsent(spark.sparkContext().applicationId(), _ -> {
            try {
                return Shipment.of(spark.sparkContext(), bundle, archive);
            } catch (IOException e) {
                throw new ModelUnusableException("cannot read the packed model: " + e, e);
            }
        });
    }

    Gpuxfile gpuxfile() {
        return gpuxfile;
    }

    List<InputSlot> inputs() {
        return inputs;
    }

    /** The columns that the model adds. */
    StructType outputs() {
        return outputs;
    }
}
