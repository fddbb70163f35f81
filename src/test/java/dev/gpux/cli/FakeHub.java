package dev.gpux.cli;

import dev.gpux.store.Digest;
import dev.gpux.store.remote.FaultyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model hub as the real one behaves: an API that lists a repository's files, addresses that redirect to another server
 * where the files are, with the digest of large files announced on the way.
 */
final class FakeHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final FaultyServer hub = new FaultyServer();
    private final FaultyServer storage = new FaultyServer();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final String repository;
    private String listing = "";

    FakeHub(String repository) throws IOException {
        this.repository = repository;
        for (var revision : List.of("main", "v1", "refs%2Fpr%2F1")) {
            hub.on("/api/models/" + repository + "/revision/" + revision, e -> e.send(200,
                (listing.isEmpty() ? json() : listing).getBytes(StandardCharsets.UTF_8)));
        }
    }

    String endpoint() {
        return hub.uri("").toString();
    }

    FaultyServer server() {
        return hub;
    }

    FaultyServer storage() {
        return storage;
    }

    FakeHub with(String path, byte[] content) {
        files.put(path, content);
        hub.on("/" + repository + "/resolve/" + COMMIT + "/" + path, e -> e.send(302, new byte[0],
            "Location", storage.uri("/store/" + path).toString() + "?signature=secret-signature",
            "X-Repo-Commit", COMMIT, "X-Linked-Size", String.valueOf(content.length),
            "X-Linked-Etag", '"' + Digest.of(content).hex() + '"'));
        storage.on("/store/" + path, e -> e.file(content, "\"etag-" + path + "\""));
        return this;
    }

    FakeHub with(String path, String content) {
        return with(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** What the API says, in place of the truth. */
    FakeHub listing(String json) {
        listing = json;
        return this;
    }

    String json() {
        var siblings = new ArrayList<String>();
        files.forEach((path, content) -> siblings.add("{\"rfilename\":\"" + path + "\",\"size\":" + content.length
            + ",\"blobId\":\"00\"" + (content.length > 10_000 ? ",\"lfs\":{\"sha256\":\"" + Digest.of(content).hex()
                + "\",\"size\":" + content.length + ",\"pointerSize\":134}" : "") + "}"));
        return "{\"_id\":\"1\",\"id\":\"" + repository + "\",\"private\":false,\"tags\":[\"onnx\",{\"a\":[]}],\"sha\":\""
            + COMMIT + "\",\"siblings\":[" + String.join(",", siblings) + "],\"spaces\":[]}";
    }

    /** Which files the storage was asked for. */
    List<String> fetched() {
        return storage.requests().stream().map(request -> request.target().split("\\?")[0].substring("/store/".length()))
            .toList();
    }

    @Override
    public void close() {
        hub.close();
        storage.close();
    }
}
