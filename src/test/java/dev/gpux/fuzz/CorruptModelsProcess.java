package dev.gpux.fuzz;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.provider.ProviderException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The process that opens and runs damaged models, and may die of it. What it writes for each is a line, before and
 * after: who reads them knows what it died of.
 */
public final class CorruptModelsProcess {
    private static final long MOST_ELEMENTS = 1 << 20;
    private static final long RUN_MILLISECONDS = 2000;

    private final Path file;

    private CorruptModelsProcess(Path folder) throws IOException {
        this.file = Files.createDirectories(folder.resolve("models")).resolve("model.onnx");
    }

    /** Arguments: the folder to write to, the first and the last number (exclusive) of the damaged models. */
    public static void main(String[] args) throws IOException {
        var process = new CorruptModelsProcess(Path.of(args[0]));
        var seeds = CorruptModels.seeds();
        try (var log = new RandomAccessFile(Path.of(args[0], "log.txt").toFile(), "rw")) {
            log.seek(log.length());
            for (int i = Integer.parseInt(args[1]); i < Integer.parseInt(args[2]); i++) {
                log.writeBytes(i + " ");
                Files.write(process.file, CorruptModels.damaged(seeds, i));
                log.writeBytes(process.outcome() + "\n");
            }
        }
        // Threads of runs that could not be ended do not keep it.
        Runtime.getRuntime().halt(0);
    }

    /** What came of it, in a word: an exception of ours, or a result. */
    private String outcome() {
        var options = OpenOptions.standard().withIntraThreads(1);
        try (var model = Model.open(Gpuxfile.ofModel(file), options)) {
            return run(model);
        } catch (ModelException e) {
            return e.getCause() instanceof OrtException ? "refused-by-ort" : "refused";
        } catch (OrtException | ProviderException | TensorException e) {
            return e.getClass().getSimpleName();
        } catch (RuntimeException | Error e) {
            return "WRONG " + e.toString().replace('\n', ' ');
        }
    }

    private static String run(Model model) {
        var session = model.session();
        try (var arena = Arena.ofConfined(); var options = new RunOptions();
             var watch = Executors.newSingleThreadScheduledExecutor()) {
            var inputs = inputs(arena, session.inputs());
            if (inputs.size() < session.inputs().size()) {
                return "opened";
            }
            var end = watch.schedule(options::terminate, RUN_MILLISECONDS, TimeUnit.MILLISECONDS);
            try (var outputs = session.run(inputs, session.outputs().stream().map(ValueInfo::name).toList(), options)) {
                outputs.asMap().values().forEach(Object::toString);
                return "ran";
            } finally {
                end.cancel(false);
                watch.shutdownNow();
            }
        } catch (OrtException | TensorException e) {
            return "failed-to-run";
        }
    }

    /** Small tensors of the declared types, zeros and ones; nothing for what is no tensor or too large. */
    private static Map<String, Value> inputs(Arena arena, List<ValueInfo> infos) {
        var inputs = new HashMap<String, Value>();
        for (var info : infos) {
            if (info.type() instanceof TensorType type) {
                var shape = new long[type.dimensions().size()];
                long elements = 1;
                for (int i = 0; i < shape.length; i++) {
                    var dimension = type.dimensions().get(i);
                    shape[i] = dimension.isFixed() ? dimension.size() : 2;
                    elements = shape[i] == 0 ? 0 : elements > MOST_ELEMENTS / shape[i] ? MOST_ELEMENTS + 1
                        : elements * shape[i];
                }
                if (elements <= MOST_ELEMENTS) {
                    inputs.put(info.name(), tensor(arena, type, elements, shape));
                }
            }
        }
        return inputs;
    }

    private static Tensor tensor(Arena arena, TensorType type, long elements, long[] shape) {
        if (type.elementType().bits() == 0) {
            return Tensor.ofStrings(arena, Collections.nCopies((int) elements, "text"), shape);
        }
        var tensor = Tensor.allocate(arena, type.elementType(), shape);
        // Of bytes 0 and 1: small whole numbers, bools, and floats next to 0.
        for (long i = 0; i < tensor.segment().byteSize(); i += 8) {
            tensor.segment().set(JAVA_BYTE, i, (byte) 1);
        }
        return tensor;
    }
}
