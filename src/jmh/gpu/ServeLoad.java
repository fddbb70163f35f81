import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a 'gpux serve' the same few questions over and over on several connections, holds each answer against the one
 * that it gave when it was asked nothing else, and prints the answers a second. Tensors go and come in binary.
 *
 * <p>ServeLoad URL MODEL INPUT SHAPE CONNECTIONS SECONDS: the shape without its first size, 1,28,28.
 */
public final class ServeLoad {
    private static final int QUESTIONS = 10;
    /** Of the largest number: what docs/gpu.md allows kernels that round to TF32, which batches of other sizes get. */
    private static final double TOLERANCE = 1e-2;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final List<HttpRequest> questions = new ArrayList<>();
    private final List<float[]> expected = new ArrayList<>();

    private ServeLoad(String url, String model, String input, String shape) throws IOException, InterruptedException {
        uri = URI.create(url + "/v2/models/" + model + "/infer");
        int elements = Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).reduce(1, (a, b) -> a * b);
        for (int seed = 0; seed < QUESTIONS; seed++) {
            var header = ("{\"inputs\":[{\"name\":\"" + input + "\",\"shape\":[1," + shape + "],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":" + 4 * elements + "}}],"
                + "\"parameters\":{\"binary_data_output\":true}}").getBytes(StandardCharsets.UTF_8);
            var body = ByteBuffer.allocate(header.length + 4 * elements).order(ByteOrder.LITTLE_ENDIAN).put(header);
            var random = new Random(seed);
            for (int i = 0; i < elements; i++) {
                body.putFloat(random.nextFloat());
            }
            questions.add(HttpRequest.newBuilder(uri).header("Inference-Header-Content-Length", "" + header.length)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.array())).build());
            expected.add(ask(seed));
        }
    }

    private float[] ask(int question) throws IOException, InterruptedException {
        var answer = client.send(questions.get(question), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        int header = Integer.parseInt(answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        return MemorySegment.ofArray(Arrays.copyOfRange(answer.body(), header, answer.body().length))
            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    private boolean isRight(int question, float[] answer) {
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < answer.length; i++) {
            largest = Math.max(largest, Math.abs(expected.get(question)[i]));
            worst = Math.max(worst, Math.abs(expected.get(question)[i] - answer[i]));
        }
        return worst <= TOLERANCE * largest;
    }

    private void load(int connections, double seconds, boolean report) throws InterruptedException {
        var latencies = new ConcurrentLinkedQueue<Long>();
        var wrong = new AtomicInteger();
        var failed = new ConcurrentLinkedQueue<String>();
        long start = System.nanoTime();
        long until = start + (long) (seconds * 1e9);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < connections; t++) {
            int first = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = first; System.nanoTime() < until; i++) {
                    long before = System.nanoTime();
                    try {
                        if (!isRight(i % QUESTIONS, ask(i % QUESTIONS))) {
                            wrong.incrementAndGet();
                        }
                        latencies.add(System.nanoTime() - before);
                    } catch (IOException | InterruptedException e) {
                        failed.add(e.toString());
                        return;
                    }
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - start) / 1e9;
        var sorted = latencies.stream().sorted().toList();
        if (!report) {
            return;
        }
        System.out.printf("%d connections: %,.0f answers a second, p50 %.2f ms, p99 %.2f ms, %d wrong, %d failed%s%n",
            connections, sorted.size() / took, sorted.get(sorted.size() / 2) / 1e6,
            sorted.get(sorted.size() * 99 / 100) / 1e6, wrong.get(), failed.size(),
            failed.isEmpty() ? "" : ": " + failed.peek());
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var load = new ServeLoad(args[0], args[1], args[2], args[3]);
        int connections = Integer.parseInt(args[4]);
        double seconds = Double.parseDouble(args[5]);
        load.load(connections, seconds / 2, false);
        load.load(connections, seconds, true);
        load.client.close();
    }
}
