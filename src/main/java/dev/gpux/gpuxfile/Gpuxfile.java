package dev.gpux.gpuxfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is and how to run it. The package's documentation is the manual of the file. Immutable and thread-safe;
 * lists and maps keep the order of the file.
 *
 * @param name        what the model is called; without {@code name:} the name of the GPUXfile's folder
 * @param version     its version
 * @param description one sentence for people
 * @param model       which file to run
 * @param runtime     where and how to run it
 * @param inputs      name → what a person gives; empty if the model is fed as it is
 * @param preprocess  steps from the inputs to what the model takes
 * @param postprocess steps from what the model gives to the answer
 * @param serve       how to serve it
 * @param tests       inputs and the answers they must give
 * @param state       model input → model output whose value is fed back to it in the next run
 * @param source      the file this was read from, or the model if there is none
 * @param notes       what a person should know about how the file was read
 */
public record Gpuxfile(
    String name,
    Optional<String> version,
    Optional<String> description,
    ModelSpec model,
    RuntimeSpec runtime,
    Map<String, InputSpec> inputs,
    List<Step> preprocess,
    List<Step> postprocess,
    ServeSpec serve,
    List<GoldenTest> tests,
    Map<String, String> state,
    Path source,
    List<Note> notes) {

    /** The name of the file. */
    public static final String FILE_NAME = "GPUXfile";

    /** What the file of GPUX's Python ancestor is called. */
    public static final String ANCESTOR_NAME = "gpux.yml";

    private static final int MAX_BYTES = TreeReader.MAX_CHARACTERS;

    public Gpuxfile {
        inputs = Ordered.copyOf(inputs);
        preprocess = List.copyOf(preprocess);
        postprocess = List.copyOf(postprocess);
        tests = List.copyOf(tests);
        state = Ordered.copyOf(state);
        notes = List.copyOf(notes);
    }

    /**
     * The GPUXfile that a path stands for: the path itself if it is not a folder; in a folder {@code GPUXfile}, then
     * {@code gpux.yml}, the file of GPUX's Python ancestor. Empty if there is none.
     */
    public static Optional<Path> locate(Path modelOrFolder) {
        if (!Files.isDirectory(modelOrFolder)) {
            return Optional.of(modelOrFolder).filter(Files::exists);
        }
        for (var name : List.of(FILE_NAME, ANCESTOR_NAME)) {
            var file = modelOrFolder.resolve(name);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** By its name: GPUXfile, GPUXfile.cpu, cpu.GPUXfile, *.yml, *.yaml; anything else is a model's own file. */
    public static boolean isGpuxfile(Path file) {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.startsWith("gpuxfile") || name.endsWith(".gpuxfile") || name.endsWith(".yml")
            || name.endsWith(".yaml");
    }

    /**
     * Reads a file, with the variables of this process.
     *
     * @throws GpuxfileException if the file cannot be read or something is wrong in it
     */
    public static Gpuxfile read(Path file) {
        return read(file, System.getenv());
    }

    /**
     * Reads a file.
     *
     * @param environment the variables for {@code ${NAME}}
     * @throws GpuxfileException if the file cannot be read or something is wrong in it
     */
    public static Gpuxfile read(Path file, Map<String, String> environment) {
        return parse(readText(file), file, environment);
    }

    /**
     * The text of a file, for {@link #parse}.
     *
     * @throws GpuxfileException if the file cannot be read, is no text or too long
     */
    public static String readText(Path file) {
        var nothing = new Source(file.toString(), "");
        byte[] bytes;
        // A pipe might never say anything.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw unreadable(nothing, "expected a file, found a "
                + (Files.isDirectory(file) ? "folder" : "pipe or device"));
        }
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw unreadable(nothing, "there is no such file");
        } catch (AccessDeniedException e) {
            throw unreadable(nothing, "this user may not read it");
        } catch (IOException e) {
            throw unreadable(nothing, e.getMessage());
        }
        if (bytes.length > MAX_BYTES) {
            throw unreadable(nothing, "longer than " + MAX_BYTES + " bytes; is this a GPUXfile?");
        }
        return decode(bytes, file);
    }

    /**
     * Reads the text of a GPUXfile.
     *
     * @param file        where the text is from: messages name it, relative paths count from its folder, and
     *                    {@code .yml} and {@code .yaml} may hold the Python ancestor's keys; it need not exist
     * @param environment the variables for {@code ${NAME}}
     * @throws GpuxfileException if something is wrong in the text
     */
    public static Gpuxfile parse(String text, Path file, Map<String, String> environment) {
        var clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
        var source = new Source(file.toString(), clean);
        var problems = new Problems();
        var root = new TreeReader(source, environment, problems).read(clean);
        if (root.isPresent() && root.get() instanceof Value.Mapping map) {
            var notes = new ArrayList<Note>();
            var tree = AncestorFormat.mayBeIn(file) ? AncestorFormat.translate(map, notes) : map;
            var gpuxfile = GpuxfileParser.parse(tree, file, notes, problems);
            problems.throwIfAny();
            return gpuxfile;
        }
        root.ifPresent(value -> problems.expected(FILE_NAME, "keys such as name: and model:", value));
        problems.throwIfAny();
        throw new IllegalStateException("a GPUXfile without root and without problem");
    }

    /** What stands for a model file that has no GPUXfile: its path and its name, and nothing else. */
    public static Gpuxfile ofModel(Path model) {
        var absolute = model.toAbsolutePath().normalize();
        var name = String.valueOf(absolute.getFileName());
        int dot = name.lastIndexOf('.');
        return new Gpuxfile(safeName(dot > 0 ? name.substring(0, dot) : name), Optional.empty(), Optional.empty(),
            new ModelSpec(new ModelSource.File(absolute), Optional.empty()), RuntimeSpec.NONE, Map.of(), List.of(),
            List.of(), ServeSpec.NONE, List.of(), Map.of(), model, List.of());
    }

    /**
     * The same under another name, as whoever serves it wants it called.
     *
     * @param newName characters that a name may not have become {@code -}
     * @param newVersion the version, unless the file says one
     */
    public Gpuxfile withName(String newName, Optional<String> newVersion) {
        return new Gpuxfile(safeName(newName), version.or(() -> newVersion), description, model, runtime, inputs,
            preprocess, postprocess, serve, tests, state, source, notes);
    }

    /** What stands for a model that a step of this file runs: its steps, and otherwise only where and how to run it. */
    public Gpuxfile withModel(NestedModel nested) {
        return new Gpuxfile(name, version, description, nested.model(), runtime, Map.of(), nested.preprocess(),
            nested.postprocess(), ServeSpec.NONE, List.of(), Map.of(), source, notes);
    }

    /** The folder that relative paths count from, absolute. */
    public Path folder() {
        var absolute = source.toAbsolutePath();
        return absolute.getParent() == null ? absolute : absolute.getParent();
    }

    /** A path of the GPUXfile as an absolute one; relative ones count from the GPUXfile's folder. */
    public Path resolve(Path path) {
        return folder().resolve(path).normalize();
    }

    /**
     * As {@link #resolve(Path)}.
     *
     * @throws GpuxfileException if the text is no path on this system
     */
    public Path resolve(String path) {
        try {
            return resolve(Path.of(path));
        } catch (InvalidPathException e) {
            throw unreadable(new Source(source.toString(), ""), "not a path on this system: " + e.getReason());
        }
    }

    /** The name of a GPUXfile that does not give one: that of its folder. */
    static String nameOf(Path file) {
        var folder = file.toAbsolutePath().normalize().getParent();
        return folder == null || folder.getFileName() == null ? "model" : safeName(folder.getFileName().toString());
    }

    /** Makes a name of a file one that {@code name:} could hold. */
    private static String safeName(String name) {
        var safe = new StringBuilder();
        for (int i = 0; i < name.length() && safe.length() < 128; i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (letter || !safe.isEmpty() && (c == '.' || c == '_' || c == '-')) {
                safe.append(c);
            } else if (!safe.isEmpty()) {
                safe.append('-');
            }
        }
        return safe.isEmpty() ? "model" : safe.toString();
    }

    private static String decode(byte[] bytes, Path file) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        var text = out.flip().toString();
        if (result.isError()) {
            var place = new Source(file.toString(), text).end();
            throw new GpuxfileException(List.of(new Problem(place, "not UTF-8", "save the file as UTF-8")), 0);
        }
        return text;
    }

    private static GpuxfileException unreadable(Source source, String why) {
        return new GpuxfileException(List.of(new Problem(source.whole(), why, "")), 0);
    }
}
