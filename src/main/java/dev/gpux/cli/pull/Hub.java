package dev.gpux.cli.pull;

import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.ModelSource.HuggingFace;
import dev.gpux.store.remote.DownloadException;
import dev.gpux.store.remote.Downloader;
import dev.gpux.store.remote.Token;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The Hugging Face hub, or a mirror of it: {@code HF_ENDPOINT}; {@code HF_TOKEN} says who asks. */
final class Hub {
    private static final String STANDARD = "https://huggingface.co";
    private static final String MAIN = "main";
    private static final int MOST_LISTING = 64 << 20;

    private final URI endpoint;
    private final Optional<String> secret;

    private Hub(URI endpoint, Optional<String> secret) {
        this.endpoint = endpoint;
        this.secret = secret;
    }

    static Hub of(Map<String, String> environment) {
        var text = environment.getOrDefault("HF_ENDPOINT", "").strip();
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        try {
            var endpoint = URI.create(text.isEmpty() ? STANDARD : text);
            if (endpoint.getHost() != null && endpoint.getRawQuery() == null && endpoint.getUserInfo() == null) {
                return new Hub(endpoint, secret(environment.getOrDefault("HF_TOKEN", "").strip()));
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the same error.
        }
        throw new UsageException("HF_ENDPOINT is no address; expected https://host");
    }

    private static Optional<String> secret(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!Token.isPossible(text)) {
            throw new UsageException("HF_TOKEN has a space, a line break or another character that no token has");
        }
        return Optional.of(text);
    }

    /** What the hub wants to see; for no other server. */
    Optional<Token> token() {
        return secret.map(text -> new Token(endpoint, text));
    }

    HubListing list(Downloader downloader, HuggingFace source) throws IOException {
        var repository = source.owner() + "/" + source.repository();
        var uri = URI.create(endpoint + "/api/models/" + repository + "/revision/"
            + part(source.revision().orElse(MAIN)) + "?blobs=true");
        try {
            return HubListing.read(downloader.read(uri, MOST_LISTING), repository);
        } catch (DownloadException e) {
            throw explained(e);
        }
    }

    /** The address of a file. */
    URI file(HuggingFace source, HubListing listing, String path) {
        var revision = listing.commit().or(source::revision).orElse(MAIN);
        var parts = new StringBuilder();
        for (var part : path.split("/")) {
            parts.append('/').append(part(part));
        }
        return URI.create(endpoint + "/" + source.owner() + "/" + source.repository() + "/resolve/" + part(revision)
            + parts);
    }

    private static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The hub says "who are you" for what does not exist, too. */
    DownloadException explained(DownloadException e) {
        if (!e.isForbidden()) {
            return e;
        }
        return e.withHint(secret.isPresent() ? "the token in HF_TOKEN may not read it, or there is no such repository"
            : "is the name right? A private or gated repository needs a token in HF_TOKEN");
    }
}
