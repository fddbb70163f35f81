package dev.gpux.fuzz;

import dev.gpux.fuzz.ModelMutator.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * The damaged models by number: which real model it is, and what is done to it, follow from the number alone.
 *
 * <p>The real models are trained ones that the build fetches, and ONNX's reference cases, each of another operator.
 */
final class CorruptModels {
    /** One in so many is of MiniLM, which takes a hundred times as long as the others. */
    private static final int LARGE = 100;
    private static final Path CASES = Path.of("/usr/share/libonnx-testdata/data/node");

    /** The undamaged models. */
    record Seeds(byte[] large, List<byte[]> trained, List<byte[]> cases, List<String> operators) { }

    private CorruptModels() { }

    /** Whether the reference cases are installed. */
    static boolean areThere() {
        return Files.isDirectory(CASES);
    }

    static Seeds seeds() throws IOException {
        var models = Path.of(System.getProperty("gpux.models"));
        var trained = new ArrayList<byte[]>();
        for (var name : List.of("cnn_mnist.onnx", "lr_mnist.onnx", "tinybert.onnx")) {
            trained.add(Files.readAllBytes(models.resolve(name)));
        }
        var cases = new ArrayList<byte[]>();
        try (var folders = Files.list(CASES)) {
            for (var folder : folders.sorted().toList()) {
                cases.add(Files.readAllBytes(folder.resolve("model.onnx")));
            }
        }
        var operators = new TreeSet<String>();
        trained.forEach(seed -> operators.addAll(ModelMutator.operators(seed)));
        cases.forEach(seed -> operators.addAll(ModelMutator.operators(seed)));
        return new Seeds(Files.readAllBytes(models.resolve("all-minilm-l6-v2-q.onnx")), trained, cases,
            List.copyOf(operators));
    }

    /** The damaged model of a number. */
    static byte[] damaged(Seeds seeds, int number) {
        var random = new Random(number * 0x9E3779B97F4A7C15L);
        // The first draws of neighbouring seeds are alike.
        random.nextLong();
        return ModelMutator.damaged(seed(seeds, number, random), damage(number), seeds.operators(), random);
    }

    private static byte[] seed(Seeds seeds, int number, Random random) {
        if (number % LARGE == LARGE - 1) {
            return seeds.large();
        }
        var list = random.nextInt(3) == 0 ? seeds.trained() : seeds.cases();
        return list.get(random.nextInt(list.size()));
    }

    static Damage damage(int number) {
        var all = Damage.values();
        return all[number % all.length];
    }
}
