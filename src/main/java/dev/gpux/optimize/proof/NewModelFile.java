package dev.gpux.optimize.proof;

import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/**
 * A model on its way to its place: it lies in a hidden folder beside it until {@link #keep()}, so that nothing is where
 * a model belongs before it was proved. {@link #close()} drops what was not kept. For one thread.
 */
public final class NewModelFile implements AutoCloseable {
    /** Above this, ORT reads no model without a side file; some room for what is no weight. */
    private static final long MOST_INLINE = Integer.MAX_VALUE - (64L << 20);
    /** What is smaller stays in the model, where shapes are read from. */
    private static final long LARGE_WEIGHT = 1024;
    private static final String SIDE = ".data";

    private final Path target;
    private final Path folder;

    private NewModelFile(Path target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /**
     * Room for a model.
     *
     * @param target where it belongs; an existing file is replaced, a link stays a link
     * @throws IOException if nothing can be written there
     */
    public static NewModelFile at(Path target) throws IOException {
        var real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
        if (Files.isDirectory(real)) {
            throw new FileSystemException(target.toString(), null, "it is a folder; name a file");
        }
        // Root would put a file in the place of /dev/null.
        if (Files.exists(real) && !Files.isRegularFile(real)) {
            throw new FileSystemException(target.toString(), null, "it is no file that could be replaced");
        }
        var folder = real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID() + ".tmp");
        return new NewModelFile(real, Files.createDirectory(folder));
    }

    /** Where to write the model until it is kept; its name is that of the target. */
    public Path file() {
        return folder.resolve(target.getFileName());
    }

    /** The folder for what is needed on the way. */
    public Path folder() {
        return folder;
    }

    /**
     * Writes a model after a strict check of its structure; large weights beside it if asked for or needed.
     *
     * @throws dev.gpux.onnx.OnnxFormatException if its structure is broken
     * @throws IOException if it cannot be written
     */
    public void write(OnnxModel model, boolean external) throws IOException {
        ModelCheck.of(model).requireNoErrors();
        var placement = external || OnnxWriter.size(model) > MOST_INLINE
            ? new WeightPlacement.SideFile(sideName(), LARGE_WEIGHT) : WeightPlacement.INLINE;
        OnnxWriter.write(model, file(), placement);
        check();
    }

    /** A name that nothing has: the old model reads its side file until the new one is in its place. */
    private String sideName() {
        var name = target.getFileName() + SIDE;
        for (int i = 1; Files.exists(target.resolveSibling(name)); i++) {
            name = target.getFileName() + "." + i + SIDE;
        }
        return name;
    }

    /**
     * Reads what was written, strictly.
     *
     * @throws dev.gpux.onnx.OnnxFormatException if its structure is broken
     */
    public void check() throws IOException {
        try (var model = OnnxModel.open(file())) {
            ModelCheck.of(model).requireNoErrors();
        }
    }

    /** The bytes of all files written so far. */
    public long bytes() throws IOException {
        long bytes = 0;
        try (var files = Files.list(folder)) {
            for (var each : files.filter(Files::isRegularFile).toList()) {
                // The scratch file is no part of the model.
                bytes += each.getFileName().toString().startsWith(".") ? 0 : Files.size(each);
            }
        }
        return bytes;
    }

    /**
     * Moves the model to its place, what belongs to it first: whenever this process ends, the model there is whole, and
     * who has opened the one that was there keeps it. The side file of that one goes last; others of such a name may be
     * somebody else's.
     */
    public void keep() throws IOException {
        var old = sidesOfOld();
        var beside = new HashSet<Path>();
        try (var files = Files.list(folder)) {
            for (var each : files.filter(file -> !file.equals(file())
                && !file.getFileName().toString().startsWith(".")).toList()) {
                var place = target.resolveSibling(each.getFileName());
                move(each, place);
                beside.add(place);
            }
        }
        move(file(), target);
        if (!beside.isEmpty()) {
            for (var side : old) {
                if (!beside.contains(side)) {
                    Files.deleteIfExists(side);
                }
            }
        }
    }

    /** The side files that the model in the target's place reads, if they have names that this class gives. */
    private List<Path> sidesOfOld() {
        if (!Files.exists(target)) {
            return List.of();
        }
        try (var model = OnnxModel.open(target)) {
            return ModelSummary.of(model).externalFiles().stream().map(ModelSummary.ExternalFile::location)
                .filter(this::isSide).map(target::resolveSibling).toList();
        } catch (OnnxFormatException | IOException e) {
            // It is no model.
            return List.of();
        }
    }

    /** {@code model.onnx.data}, {@code model.onnx.1.data}. */
    private boolean isSide(String name) {
        var begin = target.getFileName() + ".";
        return name.equals(target.getFileName() + SIDE) || name.startsWith(begin) && name.endsWith(SIDE)
            && name.length() > begin.length() + SIDE.length() - 1
            && name.substring(begin.length(), name.length() - SIDE.length()).chars().allMatch(Character::isDigit);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was not kept. A second call does nothing. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
