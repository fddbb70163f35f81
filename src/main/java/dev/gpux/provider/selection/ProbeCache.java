package dev.gpux.provider.selection;

import dev.gpux.ort.library.OwnFolder;
import dev.gpux.provider.Build;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.Fingerprint;
import dev.gpux.provider.ProviderInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What probing a provider gave, kept in a folder for the next process: opening a first session on a GPU takes seconds.
 *
 * <p>An answer counts for one {@link Fingerprint} of library and machine. A "no" counts for a short while only, since
 * what it depends on cannot be seen from outside in full; a "yes" that turned out wrong is {@linkplain #forget
 * forgotten}. The cache is never a reason to fail: without it there is a probe.
 */
public final class ProbeCache {
    private static final Duration NO_LASTS = Duration.ofMinutes(10);
    /** Changes when the meaning of an entry does. */
    private static final String FORMAT = "1 ";
    private static final String USABLE = "usable";
    private static final int MOST_BYTES = 64 * 1024;

    private final Path folder;

    /** @param folder where the answers are; made when the first one comes */
    public ProbeCache(Path folder) {
        this.folder = folder;
    }

    /** The answer that counts now, or what {@code probe} says. */
    Candidate get(ExecutionProvider provider, Build build, Supplier<Candidate> probe) {
        var key = key(provider, build);
        return read(key, provider.info()).orElseGet(() -> {
            var answer = probe.get();
            write(key, answer);
            return answer;
        });
    }

    /** Makes the next {@link #get} probe. */
    void forget(ExecutionProvider provider, Build build) {
        try {
            Files.deleteIfExists(file(key(provider, build)));
        } catch (IOException e) {
            // Cannot be written to, so the entry is not ours to correct either.
        }
    }

    private static String key(ExecutionProvider provider, Build build) {
        return FORMAT + provider.info().ortName() + " " + provider.options() + "\n" + build + "\n"
            + Fingerprint.of(build.library());
    }

    private Path file(String key) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(hash, 0, 16) + ".txt");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** A file is {@code usable|appended|refused}, the reason on one line, then the key it belongs to. */
    private Optional<Candidate> read(String key, ProviderInfo info) {
        var file = file(key);
        try {
            if (Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            var text = Files.readString(file);
            var lines = List.of(text.split("\n", 3));
            if (lines.size() < 3 || !lines.get(2).equals(key)) {
                return Optional.empty();
            }
            if (lines.getFirst().equals(USABLE)) {
                return Optional.of(Candidate.usable(info));
            }
            boolean fresh = Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(NO_LASTS));
            return fresh ? Optional.of(Candidate.failed(info, lines.getFirst().equals("appended"), lines.get(1)))
                : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void write(String key, Candidate answer) {
        var word = answer.usable() ? USABLE : answer.appended() ? "appended" : "refused";
        try {
            OwnFolder.create(folder, folder);
            var temporary = Files.createTempFile(folder, "probe", ".tmp");
            try {
                Files.writeString(temporary, word + "\n" + answer.reason().replace('\n', ' ') + "\n" + key);
                Files.move(temporary, file(key), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // The next process will probe again.
        }
    }
}
