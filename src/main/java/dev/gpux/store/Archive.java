package dev.gpux.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One file with models in it, for another machine: a tar archive that begins with a list of the names,
 *
 * {@snippet lang = text:
 * gpux archive 1
 * sha256:1f2e…9ab0 sentence-embedding:1.0.0
 * }
 *
 * then holds the manifests, then the contents, each once, as {@code blobs/DIGEST}. The same models give the same bytes.
 */
public final class Archive {
    private static final String HEADER = "gpux archive 1";
    private static final String INDEX = "gpux-archive";
    private static final String BLOBS = "blobs/";
    private static final int MOST_NAMES = 1000;
    private static final int CHUNK = 1 << 18;

    private Archive() { }

    /**
     * Writes models to a stream, which stays open.
     *
     * @throws StoreException if one of the names is not there, or damaged
     * @throws IOException if writing fails
     */
    public static void save(Store store, List<ModelName> names, OutputStream stream) throws IOException {
        var models = new ArrayList<StoredModel>();
        try {
            var index = new StringBuilder(HEADER).append('\n');
            for (var name : names.stream().distinct().sorted().toList()) {
                var model = store.open(name).orElseThrow(() ->
                    new StoreException("there is no model '" + name + "' in the store"));
                models.add(model);
                index.append(model.bundle()).append(' ').append(name).append('\n');
            }
            write(models, index.toString(), stream);
        } finally {
            for (var model : models) {
                model.close();
            }
        }
    }

    private static void write(List<StoredModel> models, String index, OutputStream stream) throws IOException {
        var out = new BufferedOutputStream(stream, CHUNK);
        var tar = new TarWriter(out);
        tar.file(INDEX, index.getBytes(StandardCharsets.UTF_8));
        var manifests = new TreeMap<Digest, Manifest>();
        models.forEach(model -> manifests.put(model.bundle(), model.manifest()));
        for (var manifest : manifests.entrySet()) {
            tar.file(BLOBS + manifest.getKey().hex(), manifest.getValue().text());
        }
        var contents = new TreeMap<Digest, StoredModel>();
        var entries = new TreeMap<Digest, Manifest.Entry>();
        for (var model : models) {
            for (var file : model.manifest().files()) {
                contents.put(file.digest(), model);
                entries.put(file.digest(), file);
            }
        }
        for (var file : entries.values()) {
            try (var in = Files.newInputStream(contents.get(file.digest()).file(file.path()))) {
                tar.file(BLOBS + file.digest().hex(), file.size(), in);
            }
        }
        tar.end();
        out.flush();
    }

    /**
     * Puts the models of an archive into the store. Every content is checked against its digest before a name appears; an
     * archive that is broken anywhere changes nothing.
     *
     * @param in the archive, read to its end
     * @param size the archive's length in bytes, {@link Long#MAX_VALUE} if nobody knows
     * @return the names it brought
     * @throws StoreException if it is not what {@link #save} writes
     * @throws IOException if reading or the disk fails
     */
    public static List<Tagged> load(Store store, InputStream in, long size) throws IOException {
        try (var staging = store.stage()) {
            return new Loader(new TarReader(in), staging, size).load();
        }
    }

    /** Reads one archive; everything in it must come in the one right order. */
    private static final class Loader {
        private final TarReader tar;
        private final Staging staging;
        private final long size;

        Loader(TarReader tar, Staging staging, long size) {
            this.tar = tar;
            this.staging = staging;
            this.size = size;
        }

        List<Tagged> load() throws IOException {
            var names = names();
            var manifests = new TreeMap<Digest, Manifest>();
            for (var digest : new TreeSet<>(names.values())) {
                manifests.put(digest, manifest(digest));
            }
            contents(manifests.values());
            var bundles = new LinkedHashMap<ModelName, Manifest>();
            names.forEach((name, digest) -> bundles.put(name, manifests.get(digest)));
            return staging.commit(bundles);
        }

        private SequencedMap<ModelName, Digest> names() throws IOException {
            var lines = Manifest.lines(small(member(INDEX)), HEADER, "list of an archive");
            var names = new LinkedHashMap<ModelName, Digest>();
            for (var line : lines) {
                int space = line.indexOf(' ');
                var digest = Digest.parse(line.substring(0, Math.max(0, space)));
                var name = ModelName.parse(line.substring(space + 1));
                if (digest.isEmpty() || name.isEmpty() || names.put(name.get(), digest.get()) != null) {
                    throw new StoreException("the list of the archive is broken at '" + name.map(ModelName::toString)
                        .orElse("line " + (names.size() + 2)) + "'");
                }
            }
            if (names.isEmpty() || names.size() > MOST_NAMES) {
                throw new StoreException("an archive has 1 to " + MOST_NAMES + " names, this one " + names.size());
            }
            return names;
        }

        private Manifest manifest(Digest digest) throws IOException {
            var text = small(member(BLOBS + digest.hex()));
            if (!Digest.of(text).equals(digest)) {
                throw new StoreException("the archive is damaged: the list of files " + digest.abbreviated()
                    + " is not what its name says");
            }
            return Manifest.parse(text);
        }

        private void contents(Iterable<Manifest> manifests) throws IOException {
            var expected = new TreeMap<Digest, Manifest.Entry>();
            for (var manifest : manifests) {
                for (var file : manifest.files()) {
                    var other = expected.put(file.digest(), file);
                    if (other != null && other.size() != file.size()) {
                        throw new StoreException("the archive gives one content two sizes, at " + file.path());
                    }
                }
            }
            requireRoom(expected.values());
            for (var file : expected.values()) {
                content(file);
            }
            if (tar.next().isPresent()) {
                throw new StoreException("the archive holds more than its list of files says");
            }
        }

        /** What an archive says of its size must not fill the disk before anybody notices that it is not true. */
        private void requireRoom(Iterable<Manifest.Entry> files) throws IOException {
            long sum = 0;
            for (var file : files) {
                if (file.size() > size - sum) {
                    throw new StoreException("the archive is cut: it says to hold more bytes than it has");
                }
                sum += file.size();
            }
            long free = Files.getFileStore(staging.folder()).getUsableSpace();
            if (sum > free) {
                throw new IOException("the models need " + sum + " bytes, the store's disk has " + free);
            }
        }

        private void content(Manifest.Entry file) throws IOException {
            var member = member(BLOBS + file.digest().hex());
            if (member.size() != file.size()) {
                throw new StoreException("the archive is damaged: " + file.path() + " has " + member.size()
                    + " bytes, expected " + file.size());
            }
            if (!staging.add(file.path(), tar.content()).digest().equals(file.digest())) {
                throw new StoreException("the archive is damaged: the content of " + file.path()
                    + " is not what its name says");
            }
        }

        private TarReader.Member member(String name) throws IOException {
            var member = tar.next();
            if (member.isEmpty() || !member.get().name().equals(name)) {
                throw new StoreException("this is no archive of 'gpux save', or it was cut or changed: expected " + name
                    + ", found " + member.map(TarReader.Member::name).orElse("its end"));
            }
            return member.get();
        }

        private byte[] small(TarReader.Member member) throws IOException {
            if (member.size() > Manifest.MOST_BYTES) {
                throw new StoreException("the archive is damaged: " + member.name() + " has " + member.size()
                    + " bytes, expected at most " + Manifest.MOST_BYTES);
            }
            return tar.content().readNBytes((int) member.size());
        }
    }
}
