package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long file of sentences through the root model, batched, with bad lines in between: each answer is that of its own
 * line, and what the Java heap holds does not grow with the number of lines.
 */
class ManyTextsIT {
    /** {@code -Dgpux.texts=100000} is the long form. */
    private static final int TEXTS = Integer.getInteger("gpux.texts", 1000);
    private static final int INVALID = 3;
    private static final int BAD_EVERY = 97;
    /** They differ from each other by far more than 8-bit rounding in different batches does. */
    private static final List<String> SENTENCES = List.of("a cat", "the stock market fell", "rain", "we play football",
        "he reads a book", "soup with bread", "the train is late");
    private static final double SAME = 0.95;
    private static final String SMALL_HEAP = "-Xmx48m -Xmn8m -XX:SurvivorRatio=2 -XX:+UseSerialGC";
    private static final Pattern AFTER_COLLECTION = Pattern.compile("Tenured: .*->(\\d+)K\\(");

    @TempDir
    Path folder;

    private static boolean isBad(int line) {
        return line % BAD_EVERY == 0;
    }

    private static int sentence(int line) {
        return line % SENTENCES.size();
    }

    @Test
    void answersKeepTheirLinesAndTheHeapStaysFlat() throws IOException, InterruptedException {
        var log = folder.resolve("gc.log");
        var process = new GpuxProcess("run", "-i", "-", "--batch", "32", "-q").with("JDK_JAVA_OPTIONS",
            SMALL_HEAP + " -Xlog:gc+heap:file=" + log + ":none:filecount=0").start();
        var asking = GpuxProcess.meanwhile(() -> ask(process.getOutputStream()));
        var errors = GpuxProcess.meanwhile(() -> count(process));
        int bad = readAnswers(process);
        asking.join();
        assertEquals(INVALID, process.waitFor());
        assertEquals(TEXTS / BAD_EVERY, bad);
        assertEquals(bad, errors.join(), "each bad line is mentioned");
        requireFlat(Files.readAllLines(log));
    }

    private static int ask(OutputStream stdin) {
        try (var lines = stdin) {
            for (int line = 1; line <= TEXTS; line++) {
                var text = isBad(line) ? "{\"text\": " : "{\"text\": \"" + SENTENCES.get(sentence(line)) + "\"}";
                lines.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return TEXTS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int count(Process process) {
        return (int) process.errorReader(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("gpux: line "))
            .count();
    }

    /** Reads as the answers come, keeping none, and returns how many lines had none. */
    private static int readAnswers(Process process) throws IOException {
        var known = new double[SENTENCES.size()][];
        int bad = 0;
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int line = 1; line <= TEXTS; line++) {
                var answer = out.readLine();
                assertTrue(answer != null, "line " + line + " is missing");
                if (isBad(line)) {
                    assertTrue(answer.startsWith("{\"line\":" + line + ",\"error\":\""), answer);
                    bad++;
                    continue;
                }
                assertTrue(answer.startsWith("{\"line\":" + line + ",\"outputs\":"), answer);
                var embedding = embedding(answer);
                int sentence = sentence(line);
                if (known[sentence] == null) {
                    known[sentence] = embedding;
                }
                for (int other = 0; other < known.length; other++) {
                    if (known[other] != null) {
                        double cosine = cosine(embedding, known[other]);
                        assertEquals(other == sentence, cosine > SAME, "line " + line + " and " + other + ": " + cosine);
                    }
                }
            }
            assertEquals(null, out.readLine(), "nothing behind the last line");
        }
        return bad;
    }

    private static double[] embedding(String answer) throws IOException {
        var numbers = new ArrayList<Double>();
        try (var json = new JsonFactory().createParser(answer)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
                    numbers.add(json.getDoubleValue());
                }
            }
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double cosine(double[] one, double[] other) {
        assertEquals(one.length, other.length);
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** What each collection left behind: the second half of the run must not hold more than the first did. */
    private static void requireFlat(List<String> log) {
        var left = new ArrayList<Integer>();
        for (var line : log) {
            var found = AFTER_COLLECTION.matcher(line);
            if (found.find()) {
                left.add(Integer.parseInt(found.group(1)));
            }
        }
        assertTrue(left.size() >= 10, "too few collections to tell: " + log);
        int half = left.size() / 2;
        int first = left.subList(0, half).stream().max(Integer::compare).orElseThrow();
        int second = left.subList(half, left.size()).stream().max(Integer::compare).orElseThrow();
        System.out.println(TEXTS + " lines: after a collection the heap held at most " + first + " KiB in the first half "
            + "of " + left.size() + " collections, " + second + " KiB in the second");
        assertTrue(second <= first * 1.25 + 2048, "the heap grows: " + left);
    }
}
