package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileText;
import dev.gpux.gpuxfile.Location;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.store.BundlePath;
import dev.gpux.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Everything that a model needs to run elsewhere, and where in a bundle it goes. Files below the GPUXfile's folder keep
 * their places, others go to {@code files/}; the GPUXfile's text names them there.
 *
 * @param gpuxfilePath what the GPUXfile is called in the bundle
 * @param gpuxfileText its text
 * @param model where the model's own file is in the bundle
 * @param files place in the bundle → file on this machine, the model first; the GPUXfile is not among them
 */
public record BundleContents(BundlePath gpuxfilePath, String gpuxfileText, BundlePath model,
                             SequencedMap<BundlePath, Path> files) {
    /** Keeps an immutable copy. */
    public BundleContents {
        files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
    }

    /**
     * What an opened model needs: its file, its external data, what its steps and tests read, its custom operators.
     *
     * @param text the text of its GPUXfile; empty if it has none
     * @throws dev.gpux.onnx.OnnxFormatException if external data lead out of the model's folder
     * @throws StoreException if a file has a name that no bundle can hold
     * @throws IOException if a file cannot be read
     */
    public static BundleContents of(Model model, Optional<String> text) throws IOException {
        return new Collector(model.gpuxfile(), text).collect(model);
    }

    /** Finds the files and their places. */
    private static final class Collector {
        private final Gpuxfile gpuxfile;
        private final Optional<String> text;
        private final Map<BundlePath, Path> files = new LinkedHashMap<>();
        private final Map<Path, BundlePath> places = new LinkedHashMap<>();
        private final Set<String> taken = new HashSet<>();

        Collector(Gpuxfile gpuxfile, Optional<String> text) {
            this.gpuxfile = gpuxfile;
            this.text = text;
            taken.add(Gpuxfile.FILE_NAME.toLowerCase(Locale.ROOT));
        }

        BundleContents collect(Model opened) throws IOException {
            var modelFile = ModelFile.locate(gpuxfile);
            var model = place(modelFile);
            externalData(modelFile, model);
            var references = new ArrayList<>(opened.stepFiles());
            references.addAll(new GivenValues(gpuxfile, opened.inputs(), "tests").files());
            var gpuxfileText = text.isPresent() ? rewritten(text.get(), model, references)
                : "name: \"" + gpuxfile.name() + "\"\nmodel: \"" + model.text().replace("$", "$$") + "\"\n";
            return new BundleContents(new BundlePath(name()), gpuxfileText, model, new LinkedHashMap<>(files));
        }

        /** The Python ancestor's file keeps its name, since only in such a file are its keys understood. */
        private String name() {
            var name = String.valueOf(gpuxfile.source().getFileName()).toLowerCase(Locale.ROOT);
            return text.isPresent() && (name.endsWith(".yml") || name.endsWith(".yaml")) ? Gpuxfile.ANCESTOR_NAME
                : Gpuxfile.FILE_NAME;
        }

        private String rewritten(String gpuxfileText, BundlePath model, List<FileReference> references)
            throws IOException {
            var original = GpuxfileText.of(gpuxfileText);
            var paths = new LinkedHashMap<Location, String>();
            original.find("model").or(() -> original.find("model", "source"))
                .ifPresent(place -> paths.put(place, model.text()));
            for (var reference : references) {
                boolean isNew = !places.containsKey(reference.file());
                var place = place(reference.file());
                paths.put(reference.location(), reference.prefix() + place);
                if (isNew && reference.isModel()) {
                    externalData(reference.file(), place);
                }
            }
            for (int i = 0; i < gpuxfile.runtime().customOps().size(); i++) {
                var library = place(gpuxfile.resolve(gpuxfile.runtime().customOps().get(i)));
                original.find("runtime", "custom_ops", String.valueOf(i))
                    .ifPresent(place -> paths.put(place, library.text()));
            }
            // Another ONNX Runtime is a part of this machine, not of the model.
            gpuxfile.runtime().library().ifPresent(library -> original.find("runtime", "library")
                .ifPresent(place -> paths.put(place, gpuxfile.resolve(library).toString())));
            var changed = original.withPaths(paths);
            return original.has("name") ? changed : GpuxfileText.of(changed).withName(gpuxfile.name());
        }

        private void externalData(Path modelFile, BundlePath model) throws IOException {
            if (modelFile.toString().endsWith(".ort")) {
                return;
            }
            try (var onnx = OnnxModel.open(modelFile)) {
                int slash = model.text().lastIndexOf('/');
                for (var external : ModelSummary.of(onnx).externalFiles()) {
                    var file = onnx.externalFile(external.location());
                    var beside = Path.of(external.location()).normalize().toString().replace('\\', '/');
                    put(new BundlePath(model.text().substring(0, slash + 1) + beside), file);
                }
            }
        }

        /** Where a file goes; a file that is needed twice goes to one place. */
        private BundlePath place(Path file) {
            var known = places.get(file);
            if (known != null) {
                return known;
            }
            if (!Files.isRegularFile(file)) {
                throw new ModelException("there is no file " + file + ", which " + gpuxfile.source() + " names");
            }
            var place = inside(file).orElseGet(() -> outside(file));
            places.put(file, place);
            put(place, file);
            return place;
        }

        private void put(BundlePath place, Path file) {
            files.put(place, file);
            taken.add(place.text().toLowerCase(Locale.ROOT));
        }

        private Optional<BundlePath> inside(Path file) {
            if (!file.startsWith(gpuxfile.folder().normalize())) {
                return Optional.empty();
            }
            var parts = new ArrayList<String>();
            gpuxfile.folder().normalize().relativize(file).forEach(part -> parts.add(part.toString()));
            return Optional.of(String.join("/", parts)).filter(this::isFree).map(BundlePath::new);
        }

        private BundlePath outside(Path file) {
            var name = String.valueOf(file.getFileName());
            if (!isFree("files/" + name)) {
                int number = 2;
                while (!isFree("files/" + number + "/" + name)) {
                    if (!BundlePath.isPossible(name) || number > taken.size() + 2) {
                        throw new StoreException("the name of the file " + file + " means something else on some "
                            + "system; give it another name");
                    }
                    number++;
                }
                return new BundlePath("files/" + number + "/" + name);
            }
            return new BundlePath("files/" + name);
        }

        private boolean isFree(String path) {
            return BundlePath.isPossible(path) && !taken.contains(path.toLowerCase(Locale.ROOT));
        }
    }
}
