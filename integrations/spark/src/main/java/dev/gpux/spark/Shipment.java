package dev.gpux.spark;

import dev.gpux.store.Archive;
import dev.gpux.store.Digest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.StoreException;
import dev.gpux.store.StoredModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.SequenceInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model on its way to the executors. It travels as broadcast variables: executors get them from each other, and a part
 * at a time is all that must fit into the heap. (Files added to a context do not reach the tasks of a session that Spark
 * isolates.)
 *
 * @param bundle the digest of the list of its files and their digests, in hexadecimal
 * @param size the bytes of all parts together
 * @param parts a file that {@code gpux save} could have written
 */
record Shipment(String bundle, long size, List<Broadcast<byte[]>> parts) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(Shipment.class);
    private static final int PART = 16 << 20;

    /** What the model is called inside. */
    static final ModelName NAME = new ModelName("shipped", ModelName.LATEST);

    Shipment {
        parts = List.copyOf(parts);
    }

    static Shipment of(SparkContext context, String bundle, Path archive) throws IOException {
        var parts = new ArrayList<Broadcast<byte[]>>();
        var spark = JavaSparkContext.fromSparkContext(context);
        try (var in = Files.newInputStream(archive)) {
            for (var part = in.readNBytes(PART); part.length > 0; part = in.readNBytes(PART)) {
                parts.add(spark.broadcast(part));
            }
        }
        return new Shipment(bundle, Files.size(archive), parts);
    }

    /**
     * Takes it out, once for each executor; the store checks every file against its digest.
     *
     * @throws ModelUnusableException if it did not arrive whole
     */
    StoredModel unpack() {
        var digest = Digest.parse(bundle).orElseThrow();
        try {
            var store = Store.at(Path.of(SparkFiles.getRootDirectory()).resolve("gpux-" + digest.abbreviated()));
            if (!store.isComplete(digest)) {
                try (var in = new SequenceInputStream(streams())) {
                    Archive.load(store, in, size);
                    LOG.info("gpux: received the model {}, {} bytes", digest.abbreviated(), size);
                }
            }
            var model = store.open(NAME).orElseThrow(() -> new ModelUnusableException("the driver sent no model"));
            if (!model.bundle().equals(digest)) {
                throw new ModelUnusableException("expected the model " + digest + ", the driver sent " + model.bundle());
            }
            return model;
        } catch (IOException | StoreException e) {
            throw new ModelUnusableException("cannot unpack the model on this executor: " + e.getMessage(), e);
        }
    }

    private Enumeration<InputStream> streams() {
        var rest = parts.iterator();
        return new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return rest.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(rest.next().value());
            }
        };
    }
}
