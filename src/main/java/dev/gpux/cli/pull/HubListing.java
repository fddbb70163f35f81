package dev.gpux.cli.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.engine.ModelException;
import dev.gpux.store.BundlePath;
import dev.gpux.store.Digest;
import dev.gpux.store.remote.Expected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of a Hugging Face repository at one commit, as the hub's API lists them
 * ({@code /api/models/OWNER/NAME/revision/REVISION?blobs=true}).
 *
 * @param commit the commit that the revision stands for; empty if the answer does not say
 * @param files its files
 */
record HubListing(Optional<String> commit, List<HubFile> files) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MOST_FILES = 100_000;

    /**
     * A file.
     *
     * @param path where it is in the repository
     * @param expected its size and digest, as far as the hub says
     */
    record HubFile(BundlePath path, Expected expected) {
        /** The last part of the path. */
        String name() {
            return path.text().substring(path.text().lastIndexOf('/') + 1);
        }
    }

    /** Keeps an immutable copy. */
    HubListing {
        files = List.copyOf(files);
    }

    Optional<HubFile> file(String path) {
        return files.stream().filter(file -> file.path().text().equals(path)).findFirst();
    }

    /**
     * Reads the API's answer; of what it says more than this needs, nothing is kept.
     *
     * @throws ModelException if it is something else
     */
    static HubListing read(byte[] json, String repository) {
        try (var parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                return object(parser);
            }
        } catch (IOException e) {
            throw new ModelException("the list of files of " + repository + " is broken JSON", e);
        }
        throw new ModelException("the list of files of " + repository + " is no JSON object; is HF_ENDPOINT right?");
    }

    private static HubListing object(JsonParser json) throws IOException {
        Optional<String> commit = Optional.empty();
        var files = new ArrayList<HubFile>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var key = json.currentName();
            var token = json.nextToken();
            if (key.equals("sha") && token == JsonToken.VALUE_STRING) {
                commit = Optional.of(json.getText()).filter(HubListing::isCommit);
            } else if (key.equals("siblings") && token == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT && files.size() < MOST_FILES) {
                    file(json).ifPresent(files::add);
                }
            } else {
                json.skipChildren();
            }
        }
        return new HubListing(commit, files);
    }

    private static boolean isCommit(String text) {
        return text.matches("[0-9a-f]{7,64}");
    }

    private static Optional<HubFile> file(JsonParser json) throws IOException {
        var path = "";
        var size = OptionalLong.empty();
        Optional<Digest> digest = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var key = json.currentName();
            var token = json.nextToken();
            if (key.equals("rfilename") && token == JsonToken.VALUE_STRING) {
                path = json.getText();
            } else if (key.equals("size") && token == JsonToken.VALUE_NUMBER_INT && json.getLongValue() >= 0) {
                size = OptionalLong.of(json.getLongValue());
            } else if (key.equals("lfs") && token == JsonToken.START_OBJECT) {
                digest = largeFile(json);
            } else {
                json.skipChildren();
            }
        }
        return BundlePath.isPossible(path)
            ? Optional.of(new HubFile(new BundlePath(path), new Expected(size, digest))) : Optional.empty();
    }

    private static Optional<Digest> largeFile(JsonParser json) throws IOException {
        Optional<Digest> digest = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            var key = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && (key.equals("sha256") || key.equals("oid"))) {
                digest = Digest.parse(json.getText());
            } else {
                json.skipChildren();
            }
        }
        return digest;
    }
}
