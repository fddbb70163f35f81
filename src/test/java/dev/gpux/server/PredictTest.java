package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /predict}, on the sentence embedding model. */
class PredictTest {
    private static Served served;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        served = Served.local().with(folder, "name: embedding\nmodel: "
            + Served.quoted(Served.model("all-minilm-l6-v2-q.onnx")) + "\ninputs:\n  text: {type: text}\npreprocess:\n"
            + "  - tokenize: {input: text, tokenizer: "
            + Served.quoted(Served.model("all-minilm-l6-v2-q-tokenizer.json")) + "}\n"
            + "postprocess:\n  - pool: {output: last_hidden_state, as: embedding, mode: mean, normalize: l2}\n"
            + "serve: {batching: {max_size: 8, max_delay_ms: 20}}\n");
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static Client.Answer predict(String type, String body) throws IOException {
        try (var client = served.connect()) {
            return client.post("/predict", type, body.getBytes(StandardCharsets.UTF_8)).answer();
        }
    }

    /** The numbers of an answer's embedding. */
    private static double[] embedding(Client.Answer answer) {
        assertEquals(200, answer.status(), answer::toString);
        var text = answer.text();
        int from = text.indexOf("\"data\":[") + 8;
        return List.of(text.substring(from, text.indexOf(']', from)).split(",")).stream()
            .mapToDouble(Double::parseDouble).toArray();
    }

    private static double cosine(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void takesJsonAndText() throws IOException {
        var numbers = embedding(predict("application/json", "{\"text\":\"hello world\"}"));
        assertEquals(-0.035677, numbers[0], 0.02);
        assertEquals(0.020679, numbers[1], 0.02);
        assertEquals(1, cosine(numbers, embedding(predict("text/plain; charset=utf-8", "hello world"))), 1e-4);
        assertEquals(200, Client.post(served.address(), "/predict/embedding", "{\"text\":\"hello world\"}").status());
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertEquals("{\"error\":\"no input is named 'txt'; did you mean \\\"text\\\"?\"}",
            predict("application/json", "{\"txt\":\"a\"}").text());
        assertEquals("{\"error\":\"the input 'text: text' is missing\"}", predict("application/json", "{}").text());
        assertEquals(400, predict("application/json", "{\"text\":5}").status());
        assertEquals(400, predict("application/json", "{\"text\":\"a\"").status());
        assertEquals(415, predict("image/png", "x").status());
        assertEquals(415, predict("application/x-www-form-urlencoded", "text=x").status());
        assertEquals(404, Client.post(served.address(), "/predict/other", "{}").status());
    }

    /** Requests of different length that meet in a batch get what they get alone. */
    @Test
    void batchesAgreeWithSingleAnswers() throws Exception {
        var texts = List.of("a", "hello world", "a cat sat on the mat and looked at the rain outside",
            "numbers 1 2 3 4 5 6 7 8 9 10", "the quick brown fox", "x y", "pad me", "not me, please; I am long enough");
        var alone = new ArrayList<double[]>();
        for (var text : texts) {
            alone.add(embedding(predict("text/plain", text)));
        }
        var metrics = served.server().repository().metrics("embedding");
        for (int attempt = 0; attempt < 20 && largestBatch() < 4; attempt++) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var tasks = texts.stream().<Callable<Client.Answer>>map(text -> () -> predict("text/plain", text)).toList();
                var together = threads.invokeAll(tasks);
                for (int i = 0; i < texts.size(); i++) {
                    // 8-bit models see the others of a batch through the scale of their activations.
                    assertEquals(1, cosine(alone.get(i), embedding(together.get(i).get())), 0.05, texts.get(i));
                }
            }
        }
        assertTrue(largestBatch() >= 4, () -> "batches did not form: " + metrics.batch().sum() + " requests in "
            + metrics.batch().count() + " runs");
    }

    private static int largestBatch() throws IOException {
        int largest = 0;
        long before = 0;
        for (var line : Client.get(served.address(), "/metrics").text().lines().toList()) {
            if (line.startsWith("gpux_batch_size_bucket") && !line.contains("+Inf")) {
                long count = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
                if (count > before) {
                    int from = line.indexOf("le=\"") + 4;
                    largest = Integer.parseInt(line.substring(from, line.indexOf('"', from)));
                }
                before = count;
            }
        }
        return largest;
    }
}
