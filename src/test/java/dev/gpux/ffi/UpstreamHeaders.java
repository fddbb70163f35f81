package dev.gpux.ffi;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the text of the ONNX Runtime C headers says, read without jextract and without the generated code, so that
 * tests can hold the two against each other.
 */
public final class UpstreamHeaders {
    private static final List<String> FILES = List.of("onnxruntime_error_code.h", "onnxruntime_c_api.h",
            "onnxruntime_ep_c_api.h", "cpu_provider_factory.h");
    private static final Pattern STRUCT =
            Pattern.compile("^(?:typedef )?struct (\\w+) \\{$(.*?)^\\}", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ENUM = Pattern.compile("\\benum \\w+ \\{(.*?)\\}", Pattern.DOTALL);
    private static final Pattern CALLBACK =
            Pattern.compile("^typedef [\\w\\s*]+\\((?:ORT_API_CALL)?\\s*\\*\\s*(\\w+)\\)", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^(?:ORT_EXPORT )?ORT_API_STATUS\\((\\w+)", Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

    private final String text;

    private UpstreamHeaders(String text) {
        this.text = text;
    }

    /** The headers in {@code GPUX_HEADERS}, else in native-headers/upstream; skips the test if there are none. */
    public static UpstreamHeaders require() {
        var named = System.getenv("GPUX_HEADERS");
        var folder = Path.of(named == null ? "native-headers/upstream" : named);
        var present = FILES.stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)));
        var advice = "no ONNX Runtime headers in " + folder + ": run ./jextract.sh --fetch --from-npm";
        if (!present && "1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
            throw new AssertionError(advice);
        }
        assumeTrue(present, advice);
        try {
            var text = new StringBuilder();
            for (var file : FILES) {
                text.append(Files.readString(folder.resolve(file))).append('\n');
            }
            return new UpstreamHeaders(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of {@code ORT_API_VERSION}. */
    public int apiVersion() {
        var matcher = Pattern.compile("^#define ORT_API_VERSION (\\d+)$", Pattern.MULTILINE).matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("the headers do not define ORT_API_VERSION");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** The names of all structs that have a body. */
    public List<String> structs() {
        return firstGroups(STRUCT, text);
    }

    /** The names of all function pointer types. */
    public List<String> callbacks() {
        return firstGroups(CALLBACK, withoutComments(text));
    }

    /** The names of the exported functions that append an execution provider. */
    public List<String> exports() {
        return firstGroups(EXPORT, text);
    }

    /** The names of all enum values. */
    public List<String> enumValues() {
        var names = new ArrayList<String>();
        for (var body : firstGroups(ENUM, withoutComments(text))) {
            for (var value : body.split(",")) {
                if (!value.isBlank()) {
                    names.add(value.strip().split("[\\s=]", 2)[0]);
                }
            }
        }
        return names;
    }

    /**
     * The structs that hold nothing but function pointers, after at most a few leading 32-bit numbers (a version,
     * flags): the API tables and the interfaces that a custom operator or execution provider implements. By name, in
     * the order of the headers; the members in theirs.
     */
    public Map<String, List<Member>> functionTables() {
        var tables = new LinkedHashMap<String, List<Member>>();
        var matcher = STRUCT.matcher(text);
        while (matcher.find()) {
            var members = MemberParser.parse(withoutOtherBuilds(matcher.group(2)));
            if (members.stream().allMatch(Member::isKnown) && members.getLast().size() == Member.POINTER_SIZE) {
                tables.put(matcher.group(1), members);
            }
        }
        return tables;
    }

    private static List<String> firstGroups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    private static String withoutComments(String text) {
        return COMMENT.matcher(text).replaceAll("");
    }

    /** Drops what only a C++ compiler or a minimal build sees; a condition that is not known here is an error. */
    private static String withoutOtherBuilds(String body) {
        var kept = new StringBuilder();
        var skipping = false;
        for (var line : body.split("\n")) {
            var directive = line.strip();
            if (directive.startsWith("#if")) {
                if (!directive.equals("#ifdef __cplusplus") && !directive.equals("#if defined(ORT_MINIMAL_BUILD)")) {
                    throw new AssertionError("a condition inside a struct that this test does not know: " + directive);
                }
                skipping = true;
            } else if (directive.startsWith("#else") || directive.startsWith("#endif")) {
                skipping = false;
            } else if (!skipping) {
                kept.append(line).append('\n');
            }
        }
        return kept.toString();
    }

    /**
     * A member of a struct.
     *
     * @param name  its name, empty if it is neither a function pointer nor a {@code uint32_t}
     * @param size  its size in bytes on a 64-bit platform
     * @param since the minor version of the ONNX Runtime 1.x that brought it, 0 where its comment does not say
     */
    public record Member(String name, int size, int since) {
        static final int POINTER_SIZE = 8;

        boolean isKnown() {
            return !name.isEmpty();
        }
    }

    /** Reads the members of one struct body in order, each with the comment before it. */
    private static final class MemberParser {
        private static final Pattern RELEASE = Pattern.compile("ORT_CLASS_RELEASE\\(\\s*(\\w+)");
        private static final List<Pattern> FUNCTIONS = List.of(
                Pattern.compile("ORT_API2_STATUS\\(\\s*(\\w+)"),
                Pattern.compile("ORT_API_T\\([^,]*,\\s*(\\w+)"),
                Pattern.compile("\\((?:ORT_API_CALL)?\\s*\\*\\s*(\\w+)\\)"));
        private static final Pattern NUMBER = Pattern.compile("uint32_t\\s+(\\w+)");
        private static final Pattern SINCE = Pattern.compile("\\\\since (?:Version )?1\\.(\\d+)");

        static List<Member> parse(String body) {
            var members = new ArrayList<Member>();
            var comments = new StringBuilder();
            var declaration = new StringBuilder();
            var comment = COMMENT.matcher(body);
            var position = 0;
            var nextComment = comment.find() ? comment.start() : body.length();
            while (position < body.length()) {
                if (position == nextComment) {
                    comments.append(comment.group());
                    position = comment.end();
                    nextComment = comment.find() ? comment.start() : body.length();
                } else if (body.charAt(position) == ';') {
                    members.add(member(declaration.toString(), comments.toString()));
                    comments.setLength(0);
                    declaration.setLength(0);
                    position++;
                } else {
                    declaration.append(body.charAt(position++));
                }
            }
            return members;
        }

        private static Member member(String declaration, String comments) {
            var since = SINCE.matcher(comments).results()
                    .mapToInt(result -> Integer.parseInt(result.group(1))).reduce(0, (first, last) -> last);
            var release = RELEASE.matcher(declaration);
            if (release.find()) {
                return new Member("Release" + release.group(1), Member.POINTER_SIZE, since);
            }
            for (var function : FUNCTIONS) {
                Matcher matcher = function.matcher(declaration);
                if (matcher.find()) {
                    return new Member(matcher.group(1), Member.POINTER_SIZE, since);
                }
            }
            var number = NUMBER.matcher(declaration);
            return number.find() ? new Member(number.group(1), Integer.BYTES, since) : new Member("", 0, since);
        }
    }
}
