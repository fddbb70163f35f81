package dev.gpux.cli.pull;

import dev.gpux.cli.init.Companions;
import dev.gpux.cli.init.GpuxfileDraft;
import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.store.BundlePath;
import dev.gpux.store.Digest;
import dev.gpux.store.Manifest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Staging;
import dev.gpux.store.remote.Downloader;
import dev.gpux.store.remote.Expected;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is being put together: files from the net, and the GPUXfile that runs them. For one thread. */
final class PulledBundle {
    /** A file on the net. */
    record Remote(URI uri, Expected expected) { }

    /** Where a file of the bundle comes from. */
    @FunctionalInterface
    interface Origin {
        Remote of(BundlePath path);
    }

    private final Downloader downloader;
    private final Staging staging;
    private final Origin origin;
    private final List<Manifest.Entry> entries = new ArrayList<>();

    PulledBundle(Downloader downloader, Staging staging, Origin origin) {
        this.downloader = downloader;
        this.staging = staging;
        this.origin = origin;
    }

    Manifest.Entry fetch(BundlePath path) throws IOException {
        return fetch(path, origin.of(path));
    }

    Manifest.Entry fetch(BundlePath path, Remote remote) throws IOException {
        var entry = known(path, remote.expected());
        if (entry.isEmpty()) {
            var name = "file-" + Digest.of(remote.uri().toString().getBytes(StandardCharsets.UTF_8)).abbreviated();
            var downloaded = downloader.download(remote.uri(), staging.folder().resolve(name), remote.expected());
            entry = Optional.of(staging.adopt(path, downloaded.file(), downloaded.digest(), downloaded.size()));
        }
        entries.add(entry.get());
        return entry.get();
    }

    /** What the store has already is not fetched again. */
    private Optional<Manifest.Entry> known(BundlePath path, Expected expected) throws IOException {
        return expected.digest().isPresent() && expected.size().isPresent()
            ? staging.reuse(path, expected.digest().get(), expected.size().getAsLong()) : Optional.empty();
    }

    Path file(Manifest.Entry entry) {
        return staging.file(entry.digest()).orElseThrow();
    }

    void fetchExternalData(Manifest.Entry model) throws IOException {
        if (isOrtFormat(model)) {
            return;
        }
        int slash = model.path().text().lastIndexOf('/');
        for (var location : externalData(model)) {
            var path = model.path().text().substring(0, slash + 1) + location;
            if (!BundlePath.isPossible(path)) {
                throw new ModelException("the model's external data '" + location + "' are refused: they must lie "
                    + "beside the model");
            }
            fetch(new BundlePath(path));
        }
    }

    private static boolean isOrtFormat(Manifest.Entry model) {
        return model.path().text().toLowerCase(Locale.ROOT).endsWith(Puller.ORT_FORMAT);
    }

    private List<String> externalData(Manifest.Entry model) throws IOException {
        try (var onnx = OnnxModel.open(file(model))) {
            return ModelSummary.of(onnx).externalFiles().stream().map(ModelSummary.ExternalFile::location).toList();
        } catch (OnnxFormatException e) {
            throw notOnnx(model, e);
        }
    }

    private ModelException notOnnx(Manifest.Entry model, OnnxFormatException e) {
        return new ModelException("what was fetched is no model: "
            + e.getMessage().replace(file(model).toString(), model.path().text()), e);
    }

    Puller.Result commit(Manifest.Entry model, ModelName name, String shownSource, List<String> sources,
                  Companions companions, List<String> others) throws IOException {
        entries.add(staging.add(new BundlePath(Gpuxfile.FILE_NAME),
            draft(model, name, shownSource, companions).getBytes(StandardCharsets.UTF_8)));
        var manifest = new Manifest(entries);
        sources.forEach(source -> staging.pulledFrom(source, manifest, model.path()));
        var tagged = staging.commit(Map.of(name, manifest)).getFirst();
        return new Puller.Result(tagged, shownSource, manifest.size(), others);
    }

    private String draft(Manifest.Entry model, ModelName name, String source, Companions companions)
        throws IOException {
        if (isOrtFormat(model)) {
            return "# From " + source + "\n\nname: " + name.name() + "\nmodel: \""
                + model.path().text().replace("$", "$$") + "\"\n";
        }
        try (var onnx = OnnxModel.open(file(model))) {
            var text = new GpuxfileDraft(ModelSummary.of(onnx), companions)
                .text(name.name(), model.path().text(), Optional.empty(), Optional.of(source));
            // What is written here must be what gpux reads.
            Gpuxfile.parse(text, Path.of(Gpuxfile.FILE_NAME), Map.of());
            return text;
        } catch (OnnxFormatException e) {
            throw notOnnx(model, e);
        }
    }
}
