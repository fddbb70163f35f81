import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What serve.sh measures batches against: the same model, pipeline and texts in one process without HTTP. Run as a single
 * file: java -cp gpux.jar InProcess.java GPUXFILE BATCH THREADS SECONDS; prints texts a second.
 */
public final class InProcess {
    private static final String TEXT = "a cat sat on the mat and watched the rain fall on the roofs of the old town";

    private InProcess() { }

    public static void main(String[] args) throws InterruptedException {
        int batch = Integer.parseInt(args[1]);
        var threads = new Thread[Integer.parseInt(args[2])];
        double seconds = Double.parseDouble(args[3]);
        try (var model = Model.open(Gpuxfile.read(Path.of(args[0])), OpenOptions.standard())) {
            var items = Collections.nCopies(batch, Map.<String, Input>of("text", new Input.Text(TEXT)));
            // The first round warms up.
            for (int round = 0; round < 2; round++) {
                var done = new AtomicLong();
                long start = System.nanoTime();
                long until = start + (long) (seconds * 1e9);
                for (int i = 0; i < threads.length; i++) {
                    threads[i] = Thread.ofPlatform().start(() -> {
                        while (System.nanoTime() < until) {
                            try (var arena = Arena.ofConfined()) {
                                model.run(arena, items);
                            }
                            done.addAndGet(batch);
                        }
                    });
                }
                for (var thread : threads) {
                    thread.join();
                }
                if (round == 1) {
                    System.out.printf("%.1f%n", done.get() / ((System.nanoTime() - start) / 1e9));
                }
            }
        }
    }
}
