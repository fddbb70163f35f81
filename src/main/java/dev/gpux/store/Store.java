package dev.gpux.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of this machine, by name. See the {@linkplain dev.gpux.store package} for how it is kept. Thread-safe, and
 * safe with any number of processes at once.
 */
public final class Store {
    private static final String FORMAT = "gpux store 1\n";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path home;
    private final Blobs blobs;
    private final Bundles bundles;
    private final Tags tags;
    private final Sources sources;

    private Store(Path home) {
        this.home = home;
        this.blobs = new Blobs(home.resolve("blobs"));
        this.bundles = new Bundles(home.resolve("bundles"), blobs);
        this.tags = new Tags(home.resolve("tags"));
        this.sources = new Sources(home.resolve("sources"));
    }

    /**
     * The store in a folder, which is made when something is first put in.
     *
     * @throws StoreException if a newer GPUX made it, or it is no folder
     * @throws IOException if it cannot be read
     */
    public static Store at(Path home) throws IOException {
        if (Files.exists(home) && !Files.isDirectory(home)) {
            throw new StoreException("the store " + home + " is no folder; set GPUX_HOME to one");
        }
        var format = home.resolve("format");
        if (Files.exists(format)
            && !Arrays.equals(Disk.readSmall(format, FORMAT.length()), FORMAT.getBytes(StandardCharsets.UTF_8))) {
            throw new StoreException("the store " + home + " is of a newer GPUX; set GPUX_HOME to another folder");
        }
        return new Store(home.toAbsolutePath());
    }

    /**
     * This user's store: {@code $GPUX_HOME}, else {@code ~/.gpux}.
     *
     * @throws StoreException if the user has no home, or a newer GPUX made the store
     * @throws IOException if it cannot be read
     */
    public static Store local(Map<String, String> environment) throws IOException {
        var own = environment.getOrDefault("GPUX_HOME", "");
        var user = Path.of(System.getProperty("user.home", ""));
        // A container's unnamed user has the home "?".
        if (own.isEmpty() && !user.isAbsolute()) {
            throw new StoreException("this user has no home folder for the store; set GPUX_HOME to a folder");
        }
        return at(own.isEmpty() ? user.resolve(".gpux") : Path.of(own));
    }

    /** The folder. */
    public Path home() {
        return home;
    }

    Blobs blobs() {
        return blobs;
    }

    Bundles bundles() {
        return bundles;
    }

    Tags tags() {
        return tags;
    }

    Sources sources() {
        return sources;
    }

    Path temporary() {
        return home.resolve("tmp");
    }

    StoreLock lock() throws IOException {
        return StoreLock.of(home);
    }

    /** All names, sorted; names whose text is damaged are not among them, see {@link #damaged()}. */
    public List<Tagged> list() throws IOException {
        var list = new ArrayList<Tagged>();
        for (var name : tags.names()) {
            try {
                tags.read(name).ifPresent(list::add);
            } catch (StoreException e) {
                // It is among the damaged.
            }
        }
        return List.copyOf(list);
    }

    /** The names whose text is damaged: a disk failed, or somebody wrote into the store. */
    public List<ModelName> damaged() throws IOException {
        var damaged = new ArrayList<>(tags.names());
        damaged.removeAll(list().stream().map(Tagged::name).toList());
        damaged.removeIf(name -> !tags.has(name));
        return List.copyOf(damaged);
    }

    /**
     * What a name stands for; empty if there is no such name.
     *
     * @throws StoreException if its text is damaged
     */
    public Optional<Tagged> find(ModelName name) throws IOException {
        return tags.read(name);
    }

    /**
     * The manifest of a bundle; empty if it is not there.
     *
     * @throws StoreException if it is damaged
     */
    public Optional<Manifest> manifest(Digest bundle) throws IOException {
        return blobs.manifest(bundle);
    }

    /**
     * Takes a model into use.
     *
     * @return empty if there is no such name
     * @throws StoreException if its files are damaged
     */
    public Optional<StoredModel> open(ModelName name) throws IOException {
        if (!tags.has(name)) {
            return Optional.empty();
        }
        try (var _ = lock().shared()) {
            var tagged = tags.read(name);
            return tagged.isEmpty() ? Optional.empty() : Optional.of(use(tagged.get().bundle(), name.toString()));
        }
    }

    /**
     * Takes a model into use that was pulled from a source.
     *
     * @param source as {@link Staging#pulledFrom} was told
     * @return the model's file, whose bundle is in use until this process ends; empty if the source was not pulled
     * @throws StoreException if its files are damaged
     */
    public Optional<Path> openSource(String source) throws IOException {
        return use(source).map(used -> used.bundle().file(used.model()));
    }

    /**
     * The same for all that was pulled from a source.
     *
     * @return the bundle; empty if the source was not pulled
     * @throws StoreException if its files are damaged
     */
    public Optional<StoredModel> openPulled(String source) throws IOException {
        return use(source).map(Used::bundle);
    }

    private record Used(StoredModel bundle, BundlePath model) { }

    private Optional<Used> use(String source) throws IOException {
        if (sources.read(source).isEmpty()) {
            return Optional.empty();
        }
        try (var _ = lock().shared()) {
            var pulled = sources.read(source);
            if (pulled.isEmpty() || blobs.manifest(pulled.get().bundle()).isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Used(use(pulled.get().bundle(), source), pulled.get().model()));
        }
    }

    private StoredModel use(Digest bundle, String what) throws IOException {
        var manifest = blobs.manifest(bundle).orElseThrow(() -> new StoreException("the store's copy of " + what
            + " is damaged: its list of files is missing; build or pull it again"));
        var problem = bundles.problem(bundle, manifest);
        if (problem.isPresent()) {
            throw new StoreException("the store's copy of " + what + " is damaged: " + problem.get()
                + "; build or pull it again");
        }
        var hold = lock().use(bundle.hex()).orElseThrow(() ->
            new StoreException("another process is removing " + what + "; try again"));
        return new StoredModel(bundle, manifest, bundles.folder(bundle), hold);
    }

    /** Whether a bundle is here with all its files. */
    public boolean isComplete(Digest bundle) throws IOException {
        var manifest = blobs.manifest(bundle);
        return manifest.isPresent() && bundles.problem(bundle, manifest.get()).isEmpty();
    }

    /** A place of this process alone to put a bundle together. */
    public Staging stage() throws IOException {
        var random = new byte[8];
        RANDOM.nextBytes(random);
        var key = "stage-" + HexFormat.of().formatHex(random);
        return stage(key, false).orElseThrow(() ->
            new StoreException("two processes chose the same random number; try again"));
    }

    /**
     * As {@link #stage()}, but what is there stays if it is closed before the commit, and the next call with the same
     * purpose finds it: so a download goes on where it was cut. If another process works on the same, both work for
     * themselves.
     */
    public Staging stage(String purpose) throws IOException {
        var key = Collector.KEPT + Digest.of(purpose.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        var staging = stage(key, true);
        return staging.isPresent() ? staging.get() : stage();
    }

    private Optional<Staging> stage(String key, boolean keep) throws IOException {
        Disk.createPrivate(home);
        Files.createDirectories(temporary());
        // First the lock, then the folder: a folder without a lock is a dead process's.
        var hold = lock().own(key);
        if (hold.isEmpty()) {
            return Optional.empty();
        }
        var folder = Files.createDirectories(temporary().resolve(key));
        var format = home.resolve("format");
        if (!Files.exists(format)) {
            Disk.write(folder.resolve("format"), FORMAT.getBytes(StandardCharsets.UTF_8));
            Disk.publish(folder.resolve("format"), format);
        }
        new Collector(this).sweep(false);
        return Optional.of(new Staging(this, folder, hold.get(), keep));
    }

    /**
     * Gives a bundle another name, in place of what that name stood for.
     *
     * @throws StoreException if there is no model {@code from}
     */
    public Tagged tag(ModelName from, ModelName to) throws IOException {
        Tagged tagged;
        try (var staging = stage(); var _ = lock().shared()) {
            var found = find(from).orElseThrow(() -> unknown(from));
            tagged = new Tagged(to, found.bundle(), Instant.now());
            tags.write(tagged, staging.folder());
        }
        new Collector(this).collectQuietly();
        return tagged;
    }

    /**
     * Removes names, every content that nothing needs any more, and downloads that were cut.
     *
     * @throws StoreException if one of the names is not there; then nothing is removed
     */
    public Collected remove(List<ModelName> names) throws IOException {
        if (!Files.isDirectory(home)) {
            if (names.isEmpty()) {
                return Collected.NOTHING;
            }
            throw unknown(names.getFirst());
        }
        try (var _ = lock().exclusive()) {
            for (var name : new HashSet<>(names)) {
                if (!tags.has(name)) {
                    throw unknown(name);
                }
            }
            for (var name : names) {
                tags.delete(name);
            }
            return new Collector(this).collect(true);
        }
    }

    private static StoreException unknown(ModelName name) {
        return new StoreException("there is no model '" + name + "' in the store");
    }
}
