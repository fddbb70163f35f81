package dev.gpux.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An ONNX model ({@code ModelProto}): a graph, the operator sets it uses, and facts about it.
 *
 * <p>{@link #open(Path)} maps the file and reads the structure; weights stay in the file, and every {@link Tensor} of
 * the model is a view of it. A model changed with a {@code with…} method shares the file of the one it was made from:
 * close the one that was opened, after the last use of all of them. A model built in code ({@link ModelBuilder}) has
 * no file, and closing it does nothing.
 *
 * <p>Immutable and thread-safe, except that nothing may be in use while {@link #close()} runs; afterwards, reading
 * weights throws {@link IllegalStateException}, the rest still works. Equal by content. If another process truncates
 * the mapped file, the JVM throws {@link InternalError} where its bytes are read.
 */
public final class OnnxModel implements AutoCloseable {
    private final ModelFields fields;
    private final Source source;

    /** Where a model came from. */
    private record Source(Optional<Path> path, long size, Optional<Arena> arena) {
        private static final Source NONE = new Source(Optional.empty(), 0, Optional.empty());
    }

    private OnnxModel(ModelFields fields, Source source) {
        this.fields = fields;
        this.source = source;
    }

    /**
     * Opens a model file. Its external data are looked for in its folder, when they are asked for.
     *
     * @throws OnnxFormatException if it is not an ONNX model, with the place of the first thing that is wrong
     * @throws IOException         if it cannot be read
     */
    public static OnnxModel open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        // Mapping a pipe or a device would hang or fail obscurely.
        if (!Files.isRegularFile(path)) {
            throw new OnnxFormatException(path + " is not a file");
        }
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return new OnnxModel(read(file, ExternalFiles.besides(path, arena), path.toString()),
                new Source(Optional.of(path), file.byteSize(), Optional.of(arena)));
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Reads a model from memory, which must stay as it is while the model is used. It has no folder, so its external
     * data cannot be read.
     *
     * @throws OnnxFormatException if it is not an ONNX model
     */
    public static OnnxModel parse(MemorySegment bytes) {
        return new OnnxModel(read(bytes.asReadOnly(), ExternalFiles.NOWHERE, "the model"),
            new Source(Optional.empty(), bytes.byteSize(), Optional.empty()));
    }

    /**
     * Reads a model from memory, which must stay as it is while the model is used, with external data in a folder.
     * Close it to unmap them.
     *
     * @throws OnnxFormatException if it is not an ONNX model
     * @throws IOException         if there is no such folder
     */
    public static OnnxModel parse(MemorySegment bytes, Path folder) throws IOException {
        var arena = Arena.ofShared();
        try {
            return new OnnxModel(read(bytes.asReadOnly(), ExternalFiles.in(folder, arena), "the model"),
                new Source(Optional.empty(), bytes.byteSize(), Optional.of(arena)));
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    static OnnxModel of(ModelFields fields) {
        return new OnnxModel(fields, Source.NONE);
    }

    private static ModelFields read(MemorySegment file, ExternalFiles files, String name) {
        try {
            return new ModelReader(files).model(Span.of(file));
        } catch (OnnxFormatException e) {
            var guess = FileKind.guess(file).map(kind -> "; it looks like " + kind).orElse("");
            throw new OnnxFormatException(name + " is not an ONNX file: " + e.getMessage() + guess,
                e.offset().orElse(-1));
        }
    }

    /** The file it was opened from. */
    public Optional<Path> path() {
        return source.path();
    }

    /**
     * The real place of a file with external data, after all checks; nothing of it is read.
     *
     * @param location as the model gives it, see {@link ModelSummary#externalFiles()}
     * @throws OnnxFormatException if it leads out of the model's folder, is not there, or the model was not opened from a
     *                             file
     * @throws IOException         if the model's folder cannot be read
     */
    public Path externalFile(String location) throws IOException {
        var files = source.path().isEmpty() ? ExternalFiles.NOWHERE
            : ExternalFiles.besides(source.path().get(), Arena.global());
        return files.resolve(location);
    }

    /** The size of the file or memory it was read from, in bytes; 0 for a model built in code. */
    public long fileSize() {
        return source.size();
    }

    /** The version of the file format; 0 if the file does not say. */
    public long irVersion() {
        return fields.irVersion();
    }

    /** The operator sets that the graph uses. */
    public List<OperatorSet> opsets() {
        return fields.opsets();
    }

    /** The version of the operator set of a domain; {@code ""} and {@code "ai.onnx"} mean the same. */
    public Optional<OperatorSet> opset(String domain) {
        var wanted = OperatorSet.canonical(domain);
        return opsets().stream().filter(set -> OperatorSet.canonical(set.domain()).equals(wanted)).findFirst();
    }

    /** The tool that wrote it. */
    public String producerName() {
        return fields.producerName();
    }

    /** The version of that tool. */
    public String producerVersion() {
        return fields.producerVersion();
    }

    /** The namespace of the model, by convention a reversed DNS name. */
    public String domain() {
        return fields.domain();
    }

    /** The author's version of the model. */
    public long modelVersion() {
        return fields.modelVersion();
    }

    /** A text for people. */
    public String docString() {
        return fields.docString();
    }

    /** What it computes. */
    public Graph graph() {
        return fields.graph();
    }

    /** The operators that it defines itself. */
    public List<LocalFunction> functions() {
        return fields.functions();
    }

    /** Further facts: labels, vocabularies, whatever its author put there. */
    public List<Property> metadata() {
        return fields.metadata();
    }

    /** The value of a metadata key. */
    public Optional<String> metadata(String key) {
        return metadata().stream().filter(p -> p.key().equals(key)).map(Property::value).findFirst();
    }

    /** Fields without a name here, training information among them. */
    public UnknownFields unknown() {
        return fields.unknown();
    }

    /** The same model with another graph. */
    public OnnxModel withGraph(Graph graph) {
        return with(f -> new ModelFields(f.irVersion(), f.opsets(), f.producerName(), f.producerVersion(), f.domain(),
            f.modelVersion(), f.docString(), graph, f.functions(), f.metadata(), f.unknown()));
    }

    /** The same model with other operator sets. */
    public OnnxModel withOpsets(List<OperatorSet> opsets) {
        return with(f -> new ModelFields(f.irVersion(), opsets, f.producerName(), f.producerVersion(), f.domain(),
            f.modelVersion(), f.docString(), f.graph(), f.functions(), f.metadata(), f.unknown()));
    }

    /** The same model in another version of the file format. */
    public OnnxModel withIrVersion(long irVersion) {
        return with(f -> new ModelFields(irVersion, f.opsets(), f.producerName(), f.producerVersion(), f.domain(),
            f.modelVersion(), f.docString(), f.graph(), f.functions(), f.metadata(), f.unknown()));
    }

    /** The same model, said to be written by another tool. */
    public OnnxModel withProducer(String name, String version) {
        return with(f -> new ModelFields(f.irVersion(), f.opsets(), name, version, f.domain(), f.modelVersion(),
            f.docString(), f.graph(), f.functions(), f.metadata(), f.unknown()));
    }

    /** The same model with other functions. */
    public OnnxModel withFunctions(List<LocalFunction> functions) {
        return with(f -> new ModelFields(f.irVersion(), f.opsets(), f.producerName(), f.producerVersion(), f.domain(),
            f.modelVersion(), f.docString(), f.graph(), functions, f.metadata(), f.unknown()));
    }

    /** The same model with other metadata. */
    public OnnxModel withMetadata(List<Property> metadata) {
        return with(f -> new ModelFields(f.irVersion(), f.opsets(), f.producerName(), f.producerVersion(), f.domain(),
            f.modelVersion(), f.docString(), f.graph(), f.functions(), metadata, f.unknown()));
    }

    private OnnxModel with(UnaryOperator<ModelFields> change) {
        return new OnnxModel(change.apply(fields), source);
    }

    ModelFields fields() {
        return fields;
    }

    /** Unmaps the file, for this model and all made from it. A second close does nothing. */
    @Override
    public void close() {
        source.arena().filter(arena -> arena.scope().isAlive()).ifPresent(Arena::close);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OnnxModel that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return source.path().map(Path::toString).orElse("a model") + " with " + graph();
    }
}
