package dev.gpux.pipeline.text;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How fast texts become ids, on one core, and where the time goes. The text is this project's README, paragraph by paragraph.
 * Prints Markdown: MB of UTF-8 a second (10^6 bytes; the median of the rounds), and bytes allocated a text in the steady state.
 * The tokenizers are those of the tests.
 */
public final class TokenizerSpeed {
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 200_000_000;

    private final TokenBuffer tokens = new TokenBuffer();
    private final List<String> texts;
    private final double megabytes;

    private TokenizerSpeed(List<String> texts) {
        this.texts = texts;
        this.megabytes = texts.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum() / 1e6;
    }

    public static void main(String[] arguments) throws IOException {
        var texts = List.of(Files.readString(Path.of("README.md")).split("\n\n+"));
        var speed = new TokenizerSpeed(texts);
        System.out.printf(Locale.ROOT, "%d texts, %.0f bytes each%n%n", texts.size(), speed.megabytes * 1e6 / texts.size());
        System.out.println("| tokenizer | MB/s | bytes allocated a text |\n| --- | ---: | ---: |");
        for (var subject : Subject.values()) {
            var tokenizer = subject.load().withoutTruncation();
            double rate = speed.rate(() -> speed.encode(tokenizer));
            System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f |%n", subject.reference(), rate, speed.allocated(tokenizer));
        }
        System.out.println("\n| part of WordPiece | ns a byte |\n| --- | ---: |");
        speed.parts();
    }

    private void encode(Tokenizer tokenizer) {
        tokens.clear();
        for (int i = 0; i < texts.size(); i++) {
            tokenizer.encode(texts.get(i), tokens);
        }
    }

    private double allocated(Tokenizer tokenizer) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 200;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            encode(tokenizer);
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / rounds / texts.size();
    }

    /** MB a second. */
    private double rate(Runnable once) {
        var rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            int count = 0;
            long start = System.nanoTime();
            long now = start;
            while (now - start < ROUND_NANOS) {
                once.run();
                count++;
                now = System.nanoTime();
            }
            rates[round] = count * megabytes / ((now - start) / 1e9);
        }
        // The first rounds are the JIT's.
        double[] later = Arrays.copyOfRange(rates, ROUNDS / 3, ROUNDS);
        Arrays.sort(later);
        return later[later.length / 2];
    }

    /** The steps of BERT's tokenizer one by one, over the output of the one before. */
    private void parts() throws IOException {
        var vocabulary = vocabulary();
        var normalizer = new BertNormalizer(true, true, true, true);
        var cutter = new BertPreTokenizer();
        var raw = new Text();
        var normalized = new Text();
        var pieces = new Pieces();
        var scratch = new Scratch();
        var out = new Ints();
        var steps = new ArrayList<Runnable>();
        steps.add(() -> texts.forEach(raw::set));
        steps.add(() -> texts.forEach(text -> {
            raw.set(text);
            normalized.clear();
            normalizer.normalize(raw, normalized);
        }));
        steps.add(() -> texts.forEach(text -> {
            raw.set(text);
            normalized.clear();
            normalizer.normalize(raw, normalized);
            pieces.clear();
            cutter.cut(normalized.array(), 0, normalized.length(), true, pieces);
        }));
        steps.add(() -> texts.forEach(text -> {
            raw.set(text);
            normalized.clear();
            normalizer.normalize(raw, normalized);
            pieces.clear();
            cutter.cut(normalized.array(), 0, normalized.length(), true, pieces);
            out.clear();
            for (int i = 0; i < pieces.count(); i++) {
                vocabulary.encode(pieces.text().array(), pieces.start(i), pieces.end(i), scratch, out);
            }
        }));
        double before = 0;
        var names = List.of("copy, check surrogates", "normalise", "cut into words", "find the words' parts");
        for (int i = 0; i < steps.size(); i++) {
            double nanos = 1e3 / rate(steps.get(i));
            System.out.printf(Locale.ROOT, "| %s | %.2f |%n", names.get(i), nanos - before);
            before = nanos;
        }
    }

    private static Model vocabulary() throws IOException {
        try (var in = Files.newInputStream(Path.of("models/all-minilm-l6-v2-q-tokenizer.json"))) {
            var file = TokenizerFile.read(in, "tokenizer.json");
            var json = file.root().get("model");
            return WordPiece.read(json, new Vocabulary(file.vocabulary(), json));
        }
    }
}
