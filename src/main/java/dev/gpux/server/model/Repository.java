package dev.gpux.server.model;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.metrics.ModelMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of a server, by name and version. A model is replaced without a request being lost: the new one is opened
 * and warmed up first, then takes all new requests, while the old one answers those that it has. Thread-safe.
 */
public final class Repository implements AutoCloseable {
    private final Loader loader;
    private final Map<String, TreeMap<String, Entry>> models = new TreeMap<>();
    private final Map<String, ModelMetrics> metrics = new ConcurrentHashMap<>();
    private volatile Map<String, Entry> newest = Map.of();

    /** A model under a name and a version, loaded or not. */
    private static final class Entry {
        private final String name;
        private final String version;
        private final Source source;
        private volatile Optional<ServedModel> served = Optional.empty();
        private volatile State state = State.LOADING;
        private volatile String reason = "";

        private Entry(String name, String version, Source source) {
            this.name = name;
            this.version = version;
            this.source = source;
        }

        private Listed listed() {
            var trouble = served.flatMap(ServedModel::trouble);
            return new Listed(name, version, trouble.isPresent() ? State.FAILED : state, trouble.orElse(reason), served);
        }
    }

    /**
     * What the repository says of a model.
     *
     * @param name its name
     * @param version its version
     * @param state what has become of it
     * @param reason why, if it is not ready, or why the last reload failed; may be empty
     * @param served the model, if it is loaded
     */
    public record Listed(String name, String version, State state, String reason, Optional<ServedModel> served) { }

    /** A model that a request uses, until closed. */
    public record Lease(ServedModel model) implements AutoCloseable {
        @Override
        public void close() {
            model.leave();
        }
    }

    /** Without models. */
    public Repository(LoadSettings settings) {
        this.loader = new Loader(settings);
    }

    /**
     * Loads a model, in the place of the one with the same name and version, if there is one.
     *
     * @throws RuntimeException what opening it threw: the model is listed as failed then, or stays what it was
     */
    public ServedModel load(Source source) {
        Gpuxfile gpuxfile;
        Entry entry;
        synchronized (this) {
            gpuxfile = source.gpuxfile().get();
            entry = entry(gpuxfile, source);
        }
        return load(entry, gpuxfile);
    }

    private Entry entry(Gpuxfile gpuxfile, Source source) {
        var version = gpuxfile.version().orElse("1");
        var entry = models.computeIfAbsent(gpuxfile.name(), _ -> new TreeMap<>(Versions.ORDER))
            .computeIfAbsent(version, _ -> new Entry(gpuxfile.name(), version, source));
        publish();
        return entry;
    }

    private ServedModel load(Entry entry, Gpuxfile gpuxfile) {
        // One load of a model at a time; requests go on meanwhile.
        synchronized (entry) {
            if (entry.served.isEmpty()) {
                entry.state = State.LOADING;
            }
            ServedModel fresh;
            try {
                fresh = loader.load(gpuxfile, metrics(entry.name));
            } catch (RuntimeException | Error e) {
                entry.reason = String.valueOf(e.getMessage());
                if (entry.served.isEmpty()) {
                    entry.state = State.FAILED;
                }
                throw e;
            }
            var old = entry.served;
            entry.served = Optional.of(fresh);
            entry.state = State.READY;
            entry.reason = "";
            publish();
            old.ifPresent(ServedModel::close);
            return fresh;
        }
    }

    /** What is counted of the model of a name. */
    public ModelMetrics metrics(String name) {
        return metrics.computeIfAbsent(name, _ -> new ModelMetrics());
    }

    /** The newest version that is loaded; the newest of all, if none is. */
    private synchronized void publish() {
        var chosen = new ConcurrentHashMap<String, Entry>();
        models.forEach((name, versions) -> {
            var entry = versions.lastEntry().getValue();
            for (var candidate : versions.descendingMap().values()) {
                if (candidate.served.isPresent()) {
                    entry = candidate;
                    break;
                }
            }
            chosen.put(name, entry);
        });
        newest = chosen;
    }

    /**
     * Loads a model again, every version of it, as its GPUXfile is now.
     *
     * @throws HttpException 404 if there is none of this name
     * @throws RuntimeException what opening it threw; the old one goes on
     */
    public void reload(String name) {
        for (var entry : entries(name)) {
            var gpuxfile = entry.source.gpuxfile().get();
            if (gpuxfile.name().equals(entry.name) && gpuxfile.version().orElse("1").equals(entry.version)) {
                load(entry, gpuxfile);
            } else {
                load(entry.source);
            }
        }
    }

    /**
     * Lets a model take no requests any more, and frees it when those that it has are answered.
     *
     * @throws HttpException 404 if there is none of this name
     */
    public void unload(String name) {
        for (var entry : entries(name)) {
            synchronized (entry) {
                var old = entry.served;
                entry.served = Optional.empty();
                entry.state = State.UNAVAILABLE;
                entry.reason = "unloaded";
                publish();
                old.ifPresent(ServedModel::close);
            }
        }
    }

    private synchronized List<Entry> entries(String name) {
        return List.copyOf(find(name).values());
    }

    private TreeMap<String, Entry> find(String name) {
        var versions = models.get(name);
        if (versions == null) {
            throw new HttpException(404, "there is no model '" + shorten(name) + "'; there "
                + (models.size() == 1 ? "is " : "are ") + String.join(", ", models.keySet()));
        }
        return versions;
    }

    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /**
     * Takes a model for a request.
     *
     * @param version which; the newest if empty
     * @throws HttpException 404 if there is no such model, 503 if it is not loaded
     */
    public Lease use(String name, Optional<String> version) {
        while (true) {
            var entry = version.isPresent() ? entry(name, version.get()) : entry(name);
            var served = entry.served;
            if (served.isEmpty()) {
                throw new HttpException(503, "the model '" + entry.name + "' is not ready: "
                    + (entry.reason.isEmpty() ? "it is being loaded" : entry.reason));
            }
            if (served.get().enter()) {
                return new Lease(served.get());
            }
            // Replaced in between: the entry has its successor, or none.
            Thread.onSpinWait();
        }
    }

    private Entry entry(String name) {
        var entry = newest.get(name);
        if (entry != null) {
            return entry;
        }
        synchronized (this) {
            return find(name).lastEntry().getValue();
        }
    }

    private synchronized Entry entry(String name, String version) {
        var versions = find(name);
        var entry = versions.get(version);
        if (entry == null) {
            throw new HttpException(404, "the model '" + name + "' has no version '" + shorten(version) + "'; it has "
                + String.join(", ", versions.keySet()));
        }
        return entry;
    }

    /** All models and versions. */
    public synchronized List<Listed> list() {
        var list = new ArrayList<Listed>();
        models.values().forEach(versions -> versions.values().forEach(entry -> list.add(entry.listed())));
        return list;
    }

    /**
     * The versions of a model.
     *
     * @throws HttpException 404 if there is none of this name
     */
    public synchronized List<Listed> list(String name) {
        return find(name).values().stream().map(Entry::listed).toList();
    }

    /** Whether there is a model of this name, loaded or not. */
    public boolean knows(String name) {
        return newest.containsKey(name);
    }

    /** The only model, if there is one name only. */
    public Optional<String> onlyName() {
        var known = newest;
        return known.size() == 1 ? Optional.of(known.keySet().iterator().next()) : Optional.empty();
    }

    /** Whether every model that shall be served answers. */
    public boolean isReady() {
        for (var listed : list()) {
            if (listed.state() == State.LOADING || listed.state() == State.FAILED) {
                return false;
            }
        }
        return true;
    }

    /** Unloads everything, when the requests under way are answered. */
    @Override
    public void close() {
        List<String> names;
        synchronized (this) {
            names = List.copyOf(models.keySet());
        }
        names.forEach(this::unload);
    }
}
