package dev.gpux.gpuxfile;

import java.io.Serial;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a model file comes from. {@link Object#toString()} gives the form that {@link #parse} reads. */
public sealed interface ModelSource {
    /** A file on this machine; a relative path counts from the GPUXfile's folder: {@link Gpuxfile#resolve(Path)}. */
    record File(Path path) implements ModelSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** {@code https://…}; {@code http://} only on this machine, where nobody on the way can change the model. */
    record Url(URI uri) implements ModelSource {
        @Override
        public String toString() {
            return uri.toString();
        }
    }

    /**
     * {@code hf://owner/repository[@revision][/file]}, a file of a Hugging Face repository.
     *
     * @param revision a branch, tag or commit; a slash in it is written {@code %2F}
     * @param file     the path in the repository; a GPUXfile always names it
     */
    record HuggingFace(String owner, String repository, Optional<String> revision, Optional<String> file)
        implements ModelSource {
        @Override
        public String toString() {
            return "hf://" + owner + "/" + repository + revision.map(r -> "@" + r.replace("/", "%2F")).orElse("")
                + file.map(f -> "/" + f).orElse("");
        }
    }

    /** A text that is no model source; the message says what was expected, without the text itself. */
    final class MalformedException extends IllegalArgumentException {
        @Serial
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * Reads a path, {@code https://…} or {@code hf://…}.
     *
     * @throws MalformedException if the text is none of these
     */
    static ModelSource parse(String text) {
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return file(text);
        }
        return switch (text.substring(0, scheme)) {
            case "https", "http" -> url(text);
            case "hf" -> huggingFace(text.substring(scheme + 3));
            default -> throw new MalformedException("expected a path, https://… or hf://owner/repository/file");
        };
    }

    private static File file(String text) {
        if (text.startsWith("~/")) {
            throw new MalformedException("~ is not expanded; write ${HOME}/…");
        }
        try {
            if (!text.isBlank()) {
                return new File(Path.of(text));
            }
        } catch (InvalidPathException e) {
            throw new MalformedException("not a path on this system: " + e.getReason());
        }
        throw new MalformedException("expected a path, https://… or hf://owner/repository/file");
    }

    private static Url url(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new MalformedException("not a URL: " + e.getReason() + " at character " + (e.getIndex() + 1));
        }
        if (uri.getHost() == null) {
            throw new MalformedException("the URL names no host");
        }
        if (uri.getUserInfo() != null) {
            throw new MalformedException("a GPUXfile holds no credentials; remove the part before @");
        }
        if (uri.getScheme().equals("http") && !isThisMachine(uri.getHost())) {
            throw new MalformedException("http:// is open to changes on the way; expected https://");
        }
        return new Url(uri);
    }

    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    private static HuggingFace huggingFace(String rest) {
        var expected = "expected hf://owner/repository[@revision]/file";
        int ownerEnd = rest.indexOf('/');
        if (ownerEnd < 0) {
            throw new MalformedException(expected);
        }
        int repositoryEnd = rest.indexOf('/', ownerEnd + 1);
        var owner = rest.substring(0, ownerEnd);
        var repository = rest.substring(ownerEnd + 1, repositoryEnd < 0 ? rest.length() : repositoryEnd);
        int at = repository.indexOf('@');
        var revision = at < 0 ? Optional.<String>empty()
            : Optional.of(repository.substring(at + 1).replace("%2F", "/").replace("%2f", "/"));
        var name = at < 0 ? repository : repository.substring(0, at);
        var file = repositoryEnd < 0 ? Optional.<String>empty() : Optional.of(rest.substring(repositoryEnd + 1));
        if (!isName(owner) || !isName(name) || !revision.map(ModelSource::isInside).orElse(true)
            || !file.map(ModelSource::isInside).orElse(true)) {
            throw new MalformedException(expected);
        }
        return new HuggingFace(owner, name, revision, file);
    }

    /** Letters, digits, {@code . _ -}, not beginning with one of these three. */
    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** A relative path with {@code /} that stays in its folder: it becomes a part of a URL and of a path on disk. */
    private static boolean isInside(String text) {
        for (var segment : text.split("/", -1)) {
            if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '\\' || c == '?' || c == '#' || c == ':' || c == 127) {
                return false;
            }
        }
        return true;
    }
}
