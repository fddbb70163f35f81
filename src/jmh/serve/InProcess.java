import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.pipeline.Input;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What serve.sh measures batches against: the same model, pipeline and texts in one process without HTTP. Run as a single
 * file: java -cp gpux.jar InProcess.java GPUXFILE. For each line SECONDS THREADS SIZE… of its input it runs batches of
 * these sizes, over and over, for so long, and prints texts a second.
 */
public final class InProcess {
    private static final String TEXT = "a cat sat on the mat and watched the rain fall on the roofs of the old town";

    private InProcess() { }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (var model = Model.open(Gpuxfile.read(Path.of(args[0])), OpenOptions.standard());
             var lines = new BufferedReader(new InputStreamReader(System.in))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = Stream.of(line.strip().split(" ")).map(Integer::valueOf).toList();
                System.out.printf("%.1f%n", rate(model, words.get(0), words.get(1), words.subList(2, words.size())));
            }
        }
    }

    private static double rate(Model model, int seconds, int count, List<Integer> sizes) throws InterruptedException {
        var next = new AtomicLong();
        var done = new AtomicLong();
        long start = System.nanoTime();
        long until = start + seconds * 1_000_000_000L;
        var threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < until) {
                    int size = sizes.get((int) (next.getAndIncrement() % sizes.size()));
                    try (var arena = Arena.ofConfined()) {
                        model.run(arena, Collections.nCopies(size, Map.<String, Input>of("text", new Input.Text(TEXT))));
                    }
                    done.addAndGet(size);
                }
            });
        }
        for (var thread : threads) {
            thread.join();
        }
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }
}
