package dev.gpux.cli.pull;

import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.init.Companions;
import dev.gpux.cli.pull.HubListing.HubFile;
import dev.gpux.cli.pull.PulledBundle.Remote;
import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.gpuxfile.ModelSource.HuggingFace;
import dev.gpux.gpuxfile.ModelSource.Url;
import dev.gpux.store.BundlePath;
import dev.gpux.store.Digest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.Tagged;
import dev.gpux.store.remote.DownloadException;
import dev.gpux.store.remote.Downloader;
import dev.gpux.store.remote.Expected;
import dev.gpux.store.remote.Settings;
import dev.gpux.store.remote.TransferListener;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Fetches a model with what belongs to it, writes a GPUXfile that runs it, and puts all of it into the store. */
public final class Puller {
    static final String ORT_FORMAT = ".ort";

    private final Store store;
    private final Map<String, String> environment;
    private final Settings settings;
    private final TransferListener listener;

    public Puller(Store store, Map<String, String> environment, Settings settings, TransferListener listener) {
        this.store = store;
        this.environment = environment;
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * What is wanted.
     *
     * @param source where the model is
     * @param variants which of several precisions, in the order of preference
     * @param sha256 what the model's file must hash to
     * @param name what to call it; by default after the repository or the file
     */
    public record Request(ModelSource source, List<String> variants, Optional<Digest> sha256, Optional<ModelName> name) { }

    /**
     * What was fetched.
     *
     * @param tagged what it is called
     * @param source the full source: the commit, the file
     * @param size the bytes of all files
     * @param others further variants that could have been had
     */
    record Result(Tagged tagged, String source, long size, List<String> others) { }

    public Result pull(Request request) throws IOException {
        return switch (request.source()) {
            case Url url -> pull(request, url);
            case HuggingFace repository -> pull(request, repository);
            case ModelSource.File file -> throw new UsageException(file + " is on this machine already; "
                + "'gpux build' puts it into the store");
        };
    }

    private Downloader downloader(Optional<Hub> hub) {
        return new Downloader(environment, hub.flatMap(Hub::token), settings, listener);
    }

    private Result pull(Request request, Url url) throws IOException {
        var file = String.valueOf(url.uri().getPath());
        var name = file.substring(file.lastIndexOf('/') + 1);
        if (!BundlePath.isPossible(name)) {
            throw new UsageException("the address names no file: " + url.uri().getScheme() + "://" + url.uri().getHost()
                + file);
        }
        try (var downloader = downloader(Optional.empty()); var staging = store.stage("pull " + url)) {
            var bundle = new PulledBundle(downloader, staging, path -> new Remote(url.uri().resolve(encoded(path)),
                Expected.ANYTHING));
            var model = bundle.fetch(new BundlePath(name), new Remote(url.uri(),
                new Expected(OptionalLong.empty(), request.sha256())));
            bundle.fetchExternalData(model);
            var shown = url.uri().getScheme() + "://" + url.uri().getRawAuthority() + url.uri().getRawPath();
            return bundle.commit(model, request.name().orElseGet(() -> named(name, Optional.empty())), shown,
                List.of(url.toString()), new Companions(), List.of());
        }
    }

    private static String encoded(BundlePath path) {
        try {
            return new URI(null, null, "./" + path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new ModelException("the model's external data '" + path + "' have a name that no address can have");
        }
    }

    private static ModelName named(String text, Optional<String> revision) {
        var name = Gpuxfile.ofModel(Path.of(text.endsWith(".onnx") || text.endsWith(ORT_FORMAT) ? text : text + ".onnx"))
            .name();
        return new ModelName(name, revision.filter(ModelName::isName).orElse(ModelName.LATEST));
    }

    private Result pull(Request request, HuggingFace source) throws IOException {
        var hub = Hub.of(environment);
        var repository = source.owner() + "/" + source.repository();
        try (var downloader = downloader(Optional.of(hub));
             var staging = store.stage("pull " + source + " " + request.variants())) {
            var listing = hub.list(downloader, source);
            var chosen = source.file().isPresent() ? named(listing, repository, source.file().get())
                : VariantChoice.choose(listing, repository, request.variants());
            var bundle = new PulledBundle(downloader, staging, path -> new Remote(hub.file(source, listing, path.text()),
                listing.file(path.text()).map(HubFile::expected).orElse(Expected.ANYTHING)));
            var companions = new Companions();
            for (var companion : companions(listing, chosen).entrySet()) {
                var entry = bundle.fetch(companion.getValue().path());
                companions.add(companion.getKey(), entry.path().text(), bundle.file(entry));
            }
            var model = bundle.fetch(chosen.path(), new Remote(hub.file(source, listing, chosen.path().text()),
                new Expected(chosen.expected().size(), request.sha256().or(chosen.expected()::digest))));
            bundle.fetchExternalData(model);
            var exact = new HuggingFace(source.owner(), source.repository(), listing.commit().or(source::revision),
                Optional.of(chosen.path().text()));
            var asked = new HuggingFace(source.owner(), source.repository(), source.revision(), exact.file());
            return bundle.commit(model, request.name().orElseGet(() -> named(source.repository(), source.revision())),
                exact.toString(), List.of(source.toString(), asked.toString(), exact.toString()), companions,
                source.file().isPresent() ? List.of() : VariantChoice.others(listing, chosen));
        } catch (DownloadException e) {
            throw hub.explained(e);
        }
    }

    private static HubFile named(HubListing listing, String repository, String path) {
        return listing.file(path).orElseThrow(() -> {
            var models = listing.files().stream().map(file -> file.path().text())
                .filter(file -> file.endsWith(".onnx") || file.endsWith(ORT_FORMAT)).toList();
            return new ModelException("the repository " + repository + " has no file " + path
                + (models.isEmpty() ? "" : "; it has " + String.join(", ", models)));
        });
    }

    /** By their names; one in the model's own folder counts before one at the top. */
    private static Map<String, HubFile> companions(HubListing listing, HubFile model) {
        var companions = new LinkedHashMap<String, HubFile>();
        int slash = model.path().text().lastIndexOf('/');
        for (var folder : new TreeSet<>(List.of(model.path().text().substring(0, slash + 1), "")).descendingSet()) {
            for (var name : Companions.NAMES) {
                listing.file(folder + name).ifPresent(file -> companions.putIfAbsent(name, file));
            }
        }
        return companions;
    }
}
